package jong.api;

/**
 * A version of the Engine API, such as 1.44; compared number by number, so 1.9 is before 1.44.
 *
 * @param major the number before the dot
 * @param minor the number after the dot
 */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /** The oldest version that Jong serves. */
    public static final ApiVersion OLDEST = new ApiVersion(1, 24);

    /** The newest version that Jong knows. */
    public static final ApiVersion NEWEST = new ApiVersion(1, 51);

    /**
     * Parses {@code 1.44}; without a dot the minor number is 0.
     *
     * @throws IllegalArgumentException if the text is not one or two decimal numbers
     */
    public static ApiVersion parse(String text) {
        int dot = text.indexOf('.');
        try {
            return dot < 0
                    ? new ApiVersion(Integer.parseInt(text), 0)
                    : new ApiVersion(
                            Integer.parseInt(text, 0, dot, 10),
                            Integer.parseInt(text, dot + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("invalid API version \"" + text + "\"", e);
        }
    }

    /** Whether this version is {@code 1.minor} or newer. */
    public boolean atLeast(int otherMinor) {
        return major > 1 || (major == 1 && minor >= otherMinor);
    }

    @Override
    public int compareTo(ApiVersion other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
