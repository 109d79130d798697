/** Image names, with docker's rules. */
package jong.oci.reference;
