package jong.manager.diff;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.DirectoryListing;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the upper tree beside the one that it covers.
 *
 * <p>In a tree of overlayfs's form ({@code overlay}) whiteouts say what is gone, unless the
 * directory is opaque or covers none; in any other, what is gone is not there.
 */
final class ComparedDirectory implements AutoCloseable {

    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final String WHITEOUT = "trusted.overlay.whiteout";
    private static final OpenHow CHILD = OpenHow.directory().withoutFollowing();
    private static final OpenHow NAME = OpenHow.path().withoutFollowing();

    private final String path;
    private final Directory upper;
    private @Nullable Directory lower;
    private final boolean overlay;

    /** Empty, {@code y}: opaque, or {@code x}: some whiteouts are files with an attribute. */
    private final String opacity;

    private final DirectoryListing listing;
    private final List<String> names = new ArrayList<>();
    private final List<String> whiteouts = new ArrayList<>();

    /** Reads the directory's names; both directories may be closed with this. */
    ComparedDirectory(String path, Directory upper, @Nullable Directory lower, boolean overlay)
            throws IOException {
        this.path = path;
        this.upper = upper;
        this.lower = lower;
        this.overlay = overlay;
        Optional<byte[]> mark =
                overlay ? upper.fd().attributes().get(OPAQUE) : Optional.<byte[]>empty();
        this.opacity = mark.map(value -> new String(value, ISO_8859_1)).orElse("");
        this.listing = upper.listing();
        try {
            for (DirectoryEntry entry : listing.entries()) {
                (isWhiteout(entry) ? whiteouts : names).add(entry.name());
            }
        } catch (IOException e) {
            listing.close();
            throw e;
        }
        names.sort(Comparator.naturalOrder());
        whiteouts.sort(Comparator.naturalOrder());
    }

    Directory upper() {
        return upper;
    }

    /** Relative to the root, {@code ""} for the root itself. */
    String path() {
        return path;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    /** The names that are here, sorted by their UTF-16 values. */
    List<String> names() {
        return names;
    }

    /** Whether overlayfs hides all of a directory that lies below. */
    boolean hidesLower() {
        return lower != null && opacity.equals("y");
    }

    /** Goes on as if nothing lay below. */
    void forgetLower() {
        if (lower != null) {
            lower.close();
            lower = null;
        }
    }

    /** Whether it is merged with what lies below, and may have files that were copied up. */
    boolean isOverlay() {
        return overlay;
    }

    /** The names that are below and are here no more, sorted. */
    List<String> deletedNames() throws IOException {
        if (lower == null) {
            return List.of();
        }
        List<String> deleted = new ArrayList<>();
        if (overlay && !hidesLower()) {
            for (String name : whiteouts) {
                if (lower.statIfExists(name).isPresent()) {
                    deleted.add(name);
                }
            }
        } else {
            lower.list().forEach(entry -> deleted.add(entry.name()));
            deleted.removeAll(new HashSet<>(names));
            deleted.sort(Comparator.naturalOrder());
        }
        return deleted;
    }

    /** What the name is below, or null if it is nothing. */
    @Nullable Stat lowerStat(String name) throws IOException {
        return lower == null ? null : lower.statIfExists(name).orElse(null);
    }

    /** Opens the name here. */
    Fd openUpper(String name) throws IOException {
        return upper.open(name, NAME);
    }

    /** Opens the name below, which is known to be there. */
    Fd openLower(String name) throws IOException {
        return Objects.requireNonNull(lower).open(name, NAME);
    }

    /** The directory of that name, beside the one below if it is a directory too. */
    ComparedDirectory child(String name) throws IOException {
        Stat stat = lowerStat(name);
        Directory own = upper.openDirectory(name, CHILD);
        Directory below = null;
        try {
            if (stat != null && stat.type() == FileType.DIRECTORY) {
                below = Objects.requireNonNull(lower).openDirectory(name, CHILD);
            }
            // What lies in an opaque directory, or in a new one, is merged with nothing.
            boolean merged = overlay && !hidesLower() && below != null;
            return new ComparedDirectory(path(name), own, below, merged);
        } catch (IOException e) {
            own.close();
            if (below != null) {
                below.close();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        listing.close();
        upper.close();
        if (lower != null) {
            lower.close();
        }
    }

    private boolean isWhiteout(DirectoryEntry entry) throws IOException {
        return switch (entry.type()) {
            case CHARACTER_DEVICE, UNKNOWN -> isWhiteoutDevice(entry.name());
            case REGULAR -> opacity.equals("x") && hasWhiteoutAttribute(entry.name());
            default -> false;
        };
    }

    private boolean isWhiteoutDevice(String name) throws IOException {
        return upper.statIfExists(name)
                .filter(stat -> stat.type() == FileType.CHARACTER_DEVICE)
                .filter(stat -> stat.specialDevice() == 0)
                .isPresent();
    }

    private boolean hasWhiteoutAttribute(String name) throws IOException {
        try (Fd file = openUpper(name)) {
            return file.attributes().get(WHITEOUT).isPresent();
        }
    }
}
