/** The words of the OCI specifications that all others use: digests, descriptors, platforms. */
package jong.oci;
