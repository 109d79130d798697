/** Images: pulled, loaded, imported, tagged, saved and removed. */
package jong.manager.images;
