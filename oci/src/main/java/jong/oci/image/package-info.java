/** Manifests, indexes and image configurations, strictly checked. */
package jong.oci.image;
