package jong.engine.containers;

import java.util.regex.Pattern;
import jong.oci.image.ImageConfig;
import jong.wire.status.StatusException.InvalidArgument;

/** The {@code platform} parameter of create: {@code os[/architecture[/variant]]}. */
final class Platforms {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,2}");

    private Platforms() {}

    /**
     * Checks the form.
     *
     * @throws InvalidArgument with docker's text
     */
    static void check(String platform) {
        if (!platform.isEmpty() && !VALID.matcher(platform).matches()) {
            throw new InvalidArgument(
                    "\"" + platform + "\": cannot parse platform specifier: invalid argument");
        }
    }

    static String of(ImageConfig image) {
        String variant = image.json().string("variant");
        return image.json().string("os", "linux")
                + "/"
                + image.json().string("architecture", "amd64")
                + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** Parts that were not asked for match anything. */
    static boolean matches(String wanted, String actual) {
        return wanted.isEmpty() || (actual + "/").startsWith(wanted + "/");
    }
}
