/**
 * Files by descriptor.
 *
 * <p>Made so that foreign names (a tar's, a registry's) can be acted on safely: a {@link
 * jong.linux.files.Directory} takes either a single name, which can lead nowhere else, or a path
 * together with an {@link jong.linux.files.OpenHow} that confines its resolution in the kernel.
 */
package jong.linux.files;
