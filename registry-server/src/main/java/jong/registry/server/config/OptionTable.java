package jong.registry.server.config;

import java.util.List;
import java.util.Optional;

/** All options, in the order of the help. */
final class OptionTable {

    static final List<OptionSpec> ALL =
            List.of(
                    OptionSpec.of("config", "FILE", "read options from a JSON file"),
                    OptionSpec.of("root", "DIRECTORY", "where everything is kept"),
                    OptionSpec.many(
                            "listen", "ADDRESS", "serve on HOST:PORT or unix:///PATH (repeatable)"),
                    OptionSpec.of("tls-cert", "FILE", "serve HTTPS with this certificate chain"),
                    OptionSpec.of("tls-key", "FILE", "the certificate's key, PKCS#8"),
                    OptionSpec.of(
                            "tls-client-ca", "FILE", "let in only clients with its certificates"),
                    OptionSpec.of("htpasswd", "FILE", "users and bcrypt hashes, as htpasswd -B"),
                    OptionSpec.of("htpasswd-realm", "TEXT", "what users log in to"),
                    OptionSpec.toggle("anonymous-pull", "let everybody pull, beside htpasswd"),
                    OptionSpec.of("token-realm", "URL", "the token service, told to clients"),
                    OptionSpec.of("token-service", "NAME", "this registry's name in tokens"),
                    OptionSpec.of("token-issuer", "NAME", "who must have issued tokens"),
                    OptionSpec.of("token-jwks", "FILE", "the public keys that tokens must match"),
                    OptionSpec.toggle("read-only", "refuse every change"),
                    OptionSpec.toggle("delete", "let blobs, manifests and tags be deleted"),
                    OptionSpec.of("max-manifest-size", "SIZE", "the largest manifest, such as 4m"),
                    OptionSpec.many(
                            "proxy-remote",
                            "[DOMAIN=]URL",
                            "be a pull-through cache of this registry (repeatable)"),
                    OptionSpec.many(
                            "proxy-username", "[DOMAIN=]NAME", "the user there (repeatable)"),
                    OptionSpec.many(
                            "proxy-password-file",
                            "[DOMAIN=]FILE",
                            "a file with their password (repeatable)"),
                    OptionSpec.of(
                            "proxy-ttl", "TIME", "forget what nobody pulled for so long; 0: never"),
                    OptionSpec.many("notify", "URL", "send events to a web hook (repeatable)"),
                    OptionSpec.of("metrics", "ADDRESS", "serve Prometheus metrics there"),
                    OptionSpec.of("upload-age", "TIME", "how long an unfinished upload is kept"),
                    OptionSpec.of(
                            "gc-interval", "TIME", "collect garbage so often; 0: not by itself"),
                    OptionSpec.of("gc-grace", "TIME", "keep what was used within this time"),
                    OptionSpec.toggle("gc-untagged", "collect manifests without a tag too"),
                    OptionSpec.of("log-level", "LEVEL", "debug, info, warn or error"));

    private OptionTable() {}

    static Optional<OptionSpec> find(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }
}
