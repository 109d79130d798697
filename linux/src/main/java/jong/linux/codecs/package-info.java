/**
 * Hashing and decompression by libraries that many machines have, for where they are several times
 * as fast as the JDK's own.
 */
package jong.linux.codecs;
