/** A registry: serves the distribution spec from a directory. */
@org.jspecify.annotations.NullMarked
module jong.registry.server {
    requires static transitive org.jspecify;
    requires com.nimbusds.jose.jwt;
    requires java.logging;
    requires java.net.http;
    requires jdk.unsupported;
    requires jong.http;
    requires jong.oci;
    requires jong.registry;
    requires spring.security.crypto;
}
