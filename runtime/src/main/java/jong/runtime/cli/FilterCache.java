package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import jong.oci.runtime.SeccompSpec;
import jong.runtime.seccomp.SeccompCompiler;
import jong.runtime.seccomp.SeccompProgram;
import org.jspecify.annotations.Nullable;

/**
 * Compiled filters in files: docker's default profile takes a cold JVM as long to compile as all
 * the rest of a {@code run}.
 *
 * <p>A file holds what it was compiled from, whole, and is used only where that is the same byte
 * for byte: the name is a hash, but nothing rests on it. A file that is damaged or another's is no
 * error; it is written anew. Whoever could forge one could as well change the containers'
 * configurations beside it; a directory that is not this user's alone is left alone all the same.
 */
final class FilterCache {

    /** No container's id can be this. */
    static final String DIRECTORY = "@filters";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int OWNER_ALONE = 0700;
    private static final int PERMISSIONS = 07777;

    /** Checksum of what follows, length of the source, flags. */
    private static final int HEADER = Long.BYTES + 2 * Integer.BYTES;

    private static final int LARGEST_FILE = 1 << 20;
    private static final int MOST_FILES = 64;

    private final Path directory;
    private final String build;
    private final Log log;

    /**
     * @param build tells the builds of the compiler apart; empty if that is not known: then nothing
     *     is kept
     */
    FilterCache(StateRoot root, String build, Log log) {
        this.directory = root.path().resolve(DIRECTORY);
        this.build = build;
        this.log = log;
    }

    /** The filter of a profile, as {@link SeccompCompiler#compile} makes it. */
    SeccompProgram compile(SeccompSpec profile) {
        if (build.isEmpty()) {
            return new SeccompCompiler().compile(profile);
        }
        String key = build + ' ' + System.getProperty("os.arch") + ' ' + profile.json();
        byte[] source = key.getBytes(UTF_8);
        Path file = directory.resolve(Long.toHexString(checksum(source, 0)));
        SeccompProgram kept = read(file, source);
        if (kept != null) {
            return kept;
        }
        SeccompProgram program = new SeccompCompiler().compile(profile);
        write(file, source, program);
        return program;
    }

    private @Nullable SeccompProgram read(Path file, byte[] source) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !ownersAlone()) {
                return null;
            }
            if (Files.size(file) <= LARGEST_FILE) {
                return decode(Files.readAllBytes(file), source);
            }
        } catch (IOException e) {
            log.debug("kept filter: " + e);
        }
        return null;
    }

    /** Null unless it is whole and was made from this source. */
    private static @Nullable SeccompProgram decode(byte[] bytes, byte[] source) {
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        int filter = HEADER + source.length;
        boolean whole =
                bytes.length > filter
                        && fields.getLong() == checksum(bytes, Long.BYTES)
                        && fields.getInt() == source.length
                        && Arrays.equals(bytes, HEADER, filter, source, 0, source.length);
        return whole
                ? new SeccompProgram(
                        fields.getInt(), Arrays.copyOfRange(bytes, filter, bytes.length))
                : null;
    }

    private static long checksum(byte[] bytes, int from) {
        var sum = new CRC32();
        sum.update(bytes, from, bytes.length - from);
        return sum.getValue();
    }

    private boolean ownersAlone() throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return self.equals(found.get("uid"))
                && found.get("mode") instanceof Integer mode
                && (mode & PERMISSIONS) == OWNER_ALONE;
    }

    /** Keeping it is a convenience: a full disk must not keep a container from its start. */
    private void write(Path file, byte[] source, SeccompProgram program) {
        ByteBuffer whole = ByteBuffer.allocate(HEADER + source.length + program.filter().length);
        whole.putLong(0).putInt(source.length).putInt(program.flags());
        whole.put(source).put(program.filter());
        whole.putLong(0, checksum(whole.array(), Long.BYTES)).flip();
        if (whole.limit() > LARGEST_FILE) {
            return;
        }
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory, OWNER_DIRECTORY);
            }
            if (ownersAlone()) {
                makeRoom();
                replace(file, whole);
            }
        } catch (IOException e) {
            log.debug("keeping a filter: " + e);
        }
    }

    /** Profiles seldom change: it is enough to begin anew when there are too many. */
    private void makeRoom() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path _ : files) {
                count++;
            }
        }
        if (count < MOST_FILES) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void replace(Path file, ByteBuffer bytes) throws IOException {
        Path unfinished =
                file.resolveSibling(file.getFileName() + "." + Long.toHexString(System.nanoTime()));
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER_FILE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }
}
