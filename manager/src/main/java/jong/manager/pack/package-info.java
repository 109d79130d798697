/** Layers made small for the way. */
package jong.manager.pack;
