/** The words of the distribution spec: names, ranges, error codes, manifests. */
package jong.registry.server.protocol;
