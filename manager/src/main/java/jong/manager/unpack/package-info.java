/** Layers made into directories that overlayfs can stack. */
package jong.manager.unpack;
