/** The OCI specifications as records, and content addressed by digest. */
@org.jspecify.annotations.NullMarked
module jong.oci {
    requires static transitive org.jspecify;
    requires transitive jong.wire;

    exports jong.oci;
    exports jong.oci.content;
    exports jong.oci.image;
    exports jong.oci.reference;
    exports jong.oci.runtime;
}
