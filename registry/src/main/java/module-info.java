/** Speaks the distribution spec over a content store. */
@org.jspecify.annotations.NullMarked
module jong.registry {
    requires static transitive org.jspecify;
    requires transitive jong.oci;
    requires java.net.http;
    requires org.tomlj;

    exports jong.registry;
}
