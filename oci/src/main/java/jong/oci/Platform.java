package jong.oci;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;

/**
 * What an image runs on, in Go's words (OCI image-spec, image-index.md; containerd's platforms).
 *
 * <p>Values are normalised: {@code x86_64} is {@code amd64}, {@code aarch64} is {@code arm64},
 * {@code arm64/v8} has no variant, {@code arm} alone is {@code arm/v7}.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v7}; empty if there is none
 */
public record Platform(String os, String architecture, String variant) {

    /** Normalises the names. */
    public Platform {
        os = os.toLowerCase(Locale.ROOT);
        architecture = architecture.toLowerCase(Locale.ROOT);
        variant = variant.toLowerCase(Locale.ROOT);
        switch (architecture) {
            case "x86_64", "x86-64" -> architecture = "amd64";
            case "aarch64" -> architecture = "arm64";
            case "i386", "i486", "i586", "i686" -> architecture = "386";
            case "armhf" -> {
                architecture = "arm";
                variant = "v7";
            }
            case "armel" -> {
                architecture = "arm";
                variant = "v6";
            }
            default -> {}
        }
        variant = normalVariant(architecture, variant);
    }

    /** The machine that this JVM runs on. */
    public static Platform host() {
        return new Platform("linux", System.getProperty("os.arch", ""), "");
    }

    /**
     * Parses {@code os[/architecture[/variant]]}, or an architecture alone; what is left out is the
     * host's.
     *
     * @throws StatusException.InvalidArgument on any other form
     */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!part.matches("[A-Za-z0-9_.-]+")) {
                throw invalid(text);
            }
        }
        Platform host = host();
        return switch (parts.length) {
            case 1 ->
                    isOs(parts[0])
                            ? new Platform(parts[0], host.architecture, host.variant)
                            : new Platform(host.os, knownArchitecture(parts[0], text), "");
            case 2 -> new Platform(parts[0], parts[1], "");
            case 3 -> new Platform(parts[0], parts[1], parts[2]);
            default -> throw invalid(text);
        };
    }

    /** Reads {@code {"os", "architecture", "variant"}}. */
    public static Platform fromJson(JsonObject json) {
        return new Platform(json.string("os"), json.string("architecture"), json.string("variant"));
    }

    /** The JSON form. */
    public JsonObject toJson() {
        return new JsonObject()
                .with("architecture", architecture)
                .with("os", os)
                .withUnlessEmpty("variant", variant);
    }

    /**
     * How well an image for {@code candidate} suits this platform: 0 is exact, more is worse, empty
     * is not at all. An older variant of the same architecture suits: {@code arm/v7} takes {@code
     * v6} and {@code v5}, {@code amd64/v3} takes {@code v2} and {@code v1}.
     */
    public Optional<Integer> distanceTo(Platform candidate) {
        if (!os.equals(candidate.os) || !architecture.equals(candidate.architecture)) {
            return Optional.empty();
        }
        if (variant.equals(candidate.variant)) {
            return Optional.of(0);
        }
        int own = level(variant);
        int other = level(candidate.variant);
        return own > 0 && other > 0 && other < own ? Optional.of(own - other) : Optional.empty();
    }

    /** {@code os/architecture[/variant]}. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }

    private int level(String anyVariant) {
        if (anyVariant.isEmpty()) {
            return architecture.equals("amd64") ? 1 : architecture.equals("arm64") ? 8 : 0;
        }
        return anyVariant.matches("v[0-9]{1,3}") ? Integer.parseInt(anyVariant.substring(1)) : 0;
    }

    private static String normalVariant(String architecture, String variant) {
        String level = variant.matches("[0-9]{1,3}") ? "v" + variant : variant;
        return switch (architecture) {
            case "amd64" -> level.equals("v1") ? "" : level;
            case "arm64" -> level.equals("v8") ? "" : level;
            case "arm" -> level.isEmpty() ? "v7" : level;
            default -> level;
        };
    }

    private static boolean isOs(String word) {
        return List.of("linux", "windows", "darwin", "freebsd").contains(word);
    }

    private static String knownArchitecture(String word, String text) {
        var known =
                List.of(
                        "amd64",
                        "x86_64",
                        "x86-64",
                        "arm64",
                        "aarch64",
                        "arm",
                        "armhf",
                        "armel",
                        "386",
                        "i386",
                        "ppc64le",
                        "s390x",
                        "riscv64",
                        "loong64",
                        "mips64le");
        if (known.contains(word.toLowerCase(Locale.ROOT))) {
            return word;
        }
        throw new StatusException.InvalidArgument(
                "\"" + text + "\": unknown operating system or architecture: invalid argument");
    }

    private static StatusException invalid(String text) {
        return new StatusException.InvalidArgument(
                "\"" + text + "\": cannot parse platform specifier: invalid argument");
    }
}
