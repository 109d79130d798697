/**
 * Layers as EROFS file systems: the metadata beside the archive, which keeps the files' data
 * (docs/erofs.md).
 */
package jong.manager.erofs;
