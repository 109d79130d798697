/** What happens in the engine, and who hears of it. */
package jong.engine.events;
