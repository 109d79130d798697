/** Takes back the space of what nothing refers to. */
package jong.manager.gc;
