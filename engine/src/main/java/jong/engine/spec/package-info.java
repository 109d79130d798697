/**
 * What a container's process gets: the OCI runtime configuration that docker's options stand for.
 *
 * <p>Everything here is pure: options in, a JSON tree out. Files are only looked at where an option
 * names one (a device, a capability mask).
 */
package jong.engine.spec;
