/** Content addressed by digest: the store's contract and its implementations. */
package jong.oci.content;
