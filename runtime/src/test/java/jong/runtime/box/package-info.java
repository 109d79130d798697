/** Containers for tests that ask the native program directly. */
package jong.runtime.box;
