package jong.engine.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import jong.registry.TlsContexts;
import jong.wire.json.JsonObject;

/**
 * How a plugin is trusted over TLS.
 *
 * @param verified whether its certificate must be valid, for its name too
 * @param authorities files of those who may have signed it
 * @param identity a certificate and a key to show, or neither
 */
record PluginTls(boolean verified, List<Path> authorities, List<Path> identity) {

    /** Nobody is verified. */
    static final PluginTls ANYBODY = new PluginTls(false, List.of(), List.of());

    PluginTls {
        authorities = List.copyOf(authorities);
        identity = List.copyOf(identity);
    }

    /** Reads the {@code TLSConfig} of a plugin's file; without an authority nobody is verified. */
    static PluginTls of(JsonObject json) {
        String authority = json.string("CAFile");
        String certificate = json.string("CertFile");
        return new PluginTls(
                !authority.isEmpty() && !json.flag("InsecureSkipVerify"),
                authority.isEmpty() ? List.of() : List.of(Path.of(authority)),
                certificate.isEmpty()
                        ? List.of()
                        : List.of(Path.of(certificate), Path.of(json.string("KeyFile"))));
    }

    SSLContext context() throws IOException {
        return TlsContexts.client(verified, authorities, identity);
    }
}
