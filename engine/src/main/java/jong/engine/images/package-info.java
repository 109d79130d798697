/** Images over the API: listed, pulled, loaded, tagged, removed. */
package jong.engine.images;
