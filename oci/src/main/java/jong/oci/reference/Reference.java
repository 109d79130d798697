package jong.oci.reference;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image, normalised with docker's rules (distribution/reference).
 *
 * <p>Users write <em>familiar</em> names: {@code nginx} means {@code
 * docker.io/library/nginx:latest}. The first part is a domain only if it has a dot, a colon or an
 * upper-case letter, or is {@code localhost}.
 *
 * @param domain host and port of the registry, {@code docker.io} if none was written
 * @param path the repository inside the registry, such as {@code library/nginx}
 * @param tag the tag, or null if none was written
 * @param digest the digest, or null if none was written
 */
public record Reference(String domain, String path, @Nullable String tag, @Nullable Digest digest) {

    /** The registry of names without a domain. */
    public static final String DEFAULT_DOMAIN = "docker.io";

    private static final String OFFICIAL = "library/";
    private static final int MAX_PATH = 255;

    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final String DOMAIN =
            "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
    private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    private static final String DIGEST =
            "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

    private static final Pattern FULL =
            Pattern.compile(
                    "(?<domain>%s)/(?<path>%s(?:/%s)*)(?::(?<tag>%s))?(?:@(?<digest>%s))?"
                            .formatted(DOMAIN, PART, PART, TAG, DIGEST));
    private static final Pattern TAG_ALONE = Pattern.compile(TAG);
    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

    /** No text is longer than this when it is parsed: the grammar's own limits sum up to less. */
    private static final int MAX_TEXT = 1024;

    /**
     * Parses a familiar or a full name.
     *
     * @throws StatusException.InvalidArgument with docker's texts
     */
    public static Reference parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw invalid("");
        }
        if (IDENTIFIER.matcher(text).matches()) {
            throw new StatusException.InvalidArgument(
                    "invalid repository name ("
                            + text
                            + "), cannot specify 64-byte hexadecimal strings");
        }
        String full = withDomain(text);
        requireLowerCase(full);
        Matcher matcher = FULL.matcher(full);
        if (!matcher.matches()) {
            throw invalid("");
        }
        if (matcher.group("path").length() > MAX_PATH) {
            throw new StatusException.InvalidArgument(
                    "repository name must not be more than " + MAX_PATH + " characters");
        }
        String digest = matcher.group("digest");
        return new Reference(
                matcher.group("domain"),
                matcher.group("path"),
                matcher.group("tag"),
                digest == null ? null : Digest.parse(digest));
    }

    /** This reference, with tag {@code latest} if it has neither tag nor digest. */
    public Reference withDefaultTag() {
        return tag == null && digest == null ? withTag("latest") : this;
    }

    /**
     * This repository with another tag and no digest.
     *
     * @throws StatusException.InvalidArgument {@code invalid tag format}
     */
    public Reference withTag(String newTag) {
        if (!TAG_ALONE.matcher(newTag).matches()) {
            throw new StatusException.InvalidArgument("invalid tag format");
        }
        return new Reference(domain, path, newTag, null);
    }

    /** This repository with a digest and no tag. */
    public Reference withDigest(Digest newDigest) {
        return new Reference(domain, path, null, newDigest);
    }

    /** Domain and path: {@code docker.io/library/nginx}. */
    public String name() {
        return domain + "/" + path;
    }

    /** The name as docker shows it: {@code nginx}, {@code me/app}, {@code host:5000/app}. */
    public String familiarName() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return name();
        }
        boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
        return official ? path.substring(OFFICIAL.length()) : path;
    }

    /** The familiar name with tag and digest: {@code nginx:1.27}. */
    public String familiarString() {
        return familiarName() + suffix();
    }

    /** The full name with tag and digest: {@code docker.io/library/nginx:1.27}. */
    @Override
    public String toString() {
        return name() + suffix();
    }

    private String suffix() {
        return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static String withDomain(String text) {
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean isDomain =
                slash >= 0
                        && (first.contains(".")
                                || first.contains(":")
                                || first.equals("localhost")
                                || !first.equals(first.toLowerCase(Locale.ROOT)));
        String domain = isDomain ? first : DEFAULT_DOMAIN;
        String rest = isDomain ? text.substring(slash + 1) : text;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
            rest = OFFICIAL + rest;
        }
        return domain + "/" + rest;
    }

    private static void requireLowerCase(String full) {
        String rest = full.substring(full.indexOf('/') + 1);
        int colon = rest.indexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        if (!path.equals(path.toLowerCase(Locale.ROOT))) {
            throw invalid(": repository name (" + path + ") must be lowercase");
        }
    }

    private static StatusException invalid(String why) {
        return new StatusException.InvalidArgument("invalid reference format" + why);
    }
}
