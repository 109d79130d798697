/** The registry's directory: blobs once, links per repository, uploads, collection. */
package jong.registry.server.storage;
