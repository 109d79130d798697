package jong.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import jong.wire.status.StatusException;

/**
 * The name of a piece of content: an algorithm and the hash of the bytes (OCI image-spec,
 * descriptor.md, "Digests").
 *
 * <p>A value of this type is always well-formed, so it may become part of a path or a URL: the
 * algorithm is {@code sha256} or {@code sha512} and {@code hex} is its full length in lower case.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex 64 or 128 lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {

    /** Checks the grammar; throws {@link StatusException.InvalidArgument} with docker's texts. */
    public Digest {
        int length =
                switch (algorithm) {
                    case "sha256" -> 64;
                    case "sha512" -> 128;
                    default ->
                            throw new StatusException.InvalidArgument(
                                    "unsupported digest algorithm");
                };
        if (hex.length() != length) {
            throw new StatusException.InvalidArgument("invalid checksum digest length");
        }
        if (!isLowerHex(hex)) {
            throw new StatusException.InvalidArgument("invalid checksum digest format");
        }
    }

    /** Parses {@code algorithm:hex}; throws {@link StatusException.InvalidArgument}. */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new StatusException.InvalidArgument("invalid checksum digest format");
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The SHA-256 digest of {@code bytes}. */
    public static Digest sha256(byte[] bytes) {
        return ofSha256(newSha256().digest(bytes));
    }

    /** The digest whose SHA-256 hash was computed elsewhere. */
    public static Digest ofSha256(byte[] hash) {
        return new Digest("sha256", HexFormat.of().formatHex(hash));
    }

    /** A SHA-256 computation at its start. */
    public static MessageDigest newSha256() {
        return messageDigest("SHA-256");
    }

    /** A computation, at its start, of this digest's algorithm. */
    public MessageDigest newMessageDigest() {
        return messageDigest(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
    }

    /** Whether {@code hash}, made with {@link #newMessageDigest}, is this digest. */
    public boolean matches(byte[] hash) {
        return HexFormat.of().formatHex(hash).equals(hex);
    }

    /** The first 12 digits: the short form shown to users. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    /** By text. */
    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    /** {@code algorithm:hex}. */
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }

    private static MessageDigest messageDigest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name + " is in every JDK", e);
        }
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
