package jong.registry.server.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import jong.oci.Digest;
import jong.wire.status.StatusException;

/** Digests as clients write them, and the algorithms that this registry computes. */
public final class Digests {

    /** The algorithm of content that is pushed without naming one. */
    public static final String DEFAULT_ALGORITHM = "sha256";

    private Digests() {}

    /** Parses a digest; throws {@link ErrorCode#DIGEST_INVALID}. */
    public static Digest parse(String text) {
        try {
            return Digest.parse(text);
        } catch (StatusException e) {
            throw new RegistryException(
                    ErrorCode.DIGEST_INVALID, "\"" + text + "\": " + e.getMessage());
        }
    }

    /**
     * A computation at its start.
     *
     * @param algorithm {@code sha256} or {@code sha512}; throws {@link ErrorCode#DIGEST_INVALID}
     *     for others
     */
    public static MessageDigest computation(String algorithm) {
        String name =
                switch (algorithm) {
                    case "sha256" -> "SHA-256";
                    case "sha512" -> "SHA-512";
                    default ->
                            throw new RegistryException(
                                    ErrorCode.DIGEST_INVALID,
                                    "unsupported digest algorithm \"" + algorithm + "\"");
                };
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name + " is in every JDK", e);
        }
    }
}
