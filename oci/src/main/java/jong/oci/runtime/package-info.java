/** The OCI runtime specification's {@code config.json}, as typed views over its JSON. */
package jong.oci.runtime;
