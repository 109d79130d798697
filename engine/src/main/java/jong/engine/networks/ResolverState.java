package jong.engine.networks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import jong.network.ResolvConf.Overrides;
import jong.wire.json.JsonObject;

/**
 * What has to be known of a container's names while it runs, as it is kept for the daemon's next
 * start.
 *
 * @param overrides what was asked for of its resolver
 * @param hostNames what stands behind its own addresses in /etc/hosts
 * @param digest of its /etc/resolv.conf as it was at the start, by which a user's change is seen
 */
record ResolverState(Overrides overrides, String hostNames, String digest) {

    /** The digest of a file's text. */
    static String digest(String text) {
        return digest(text.getBytes(UTF_8));
    }

    /** The digest of a file's content. */
    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    JsonObject toJson() {
        return new JsonObject()
                .with("servers", overrides.nameservers())
                .with("search", overrides.search())
                .with("options", overrides.options())
                .with("hostNames", hostNames)
                .with("digest", digest);
    }

    static ResolverState fromJson(JsonObject json) {
        return new ResolverState(
                new Overrides(
                        json.strings("servers"), json.strings("search"), json.strings("options")),
                json.string("hostNames"),
                json.string("digest"));
    }
}
