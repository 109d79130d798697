package jong.engine.rest;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of the Docker Engine API, such as 1.45.
 *
 * @param major the part before the dot
 * @param minor the part after it
 */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /** The oldest version that is served. */
    public static final ApiVersion OLDEST = new ApiVersion(1, 24);

    /** The newest version that is served, and the one of requests that name none. */
    public static final ApiVersion NEWEST = new ApiVersion(1, 47);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?");

    /** Reads {@code 1.45} or {@code 1}; nothing if it is neither. */
    public static Optional<ApiVersion> parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        int minor = match.group(2) == null ? 0 : Integer.parseInt(match.group(2));
        return Optional.of(new ApiVersion(Integer.parseInt(match.group(1)), minor));
    }

    /** Whether this version is older than {@code major.minor}. */
    public boolean isBefore(int major, int minor) {
        return compareTo(new ApiVersion(major, minor)) < 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major
                ? Integer.compare(major, other.major)
                : Integer.compare(minor, other.minor);
    }

    /** As it stands in paths and headers: {@code 1.45}. */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
