/**
 * The name server of sandboxes: a socket in each that answers for the names of its networks and
 * passes everything else on. docs/names.md tells the way of a query.
 */
package jong.network.names;
