package jong.cli.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jong.cli.failure.CommandException;

/**
 * Unpacks what a daemon sends into a local directory, of which nothing gets out: names with {@code
 * ..} and names below a symlink are refused, whoever sent them.
 *
 * <p>Files belong to the user; a directory is merged with one, another file replaced.
 */
public final class LocalUnpack {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int SAFE_BITS = 07777;

    private final Path directory;
    private final String from;
    private final String to;
    private final Map<Path, Long> directoryTimes = new LinkedHashMap<>();

    /**
     * Unpacks into a directory that exists.
     *
     * @param from the part of names to be replaced, which comes first in them
     * @param to what takes its place
     */
    public LocalUnpack(Path directory, String from, String to) {
        this.directory = directory;
        this.from = from.equals("/") ? "" : from;
        this.to = to;
    }

    /** Unpacks everything. */
    public void read(InputStream archive) throws IOException {
        var tar = new TarInput(new BufferedInputStream(archive, BUFFER_BYTES));
        for (Entry entry = tar.next(); entry != null; entry = tar.next()) {
            String name = renamed(entry.name());
            boolean isLink = entry.type() == Entry.HARD_LINK;
            String link = isLink ? renamed(entry.link()) : entry.link();
            Path target = inside(name);
            if (!target.equals(directory)) {
                extract(target, entry.withNames(name, link), tar);
            }
        }
        for (Map.Entry<Path, Long> time : directoryTimes.entrySet()) {
            setTime(time.getKey(), time.getValue());
        }
    }

    private String renamed(String name) {
        int at = name.indexOf(from);
        return from.equals(to) || at < 0
                ? name
                : name.substring(0, at) + to + name.substring(at + from.length());
    }

    /** The path of a name; all directories on the way are directories. */
    private Path inside(String name) throws IOException {
        Path relative = Path.of("/").relativize(Path.of("/" + name).normalize());
        if (name.equals("..") || name.startsWith("../") || name.contains("/../")) {
            throw new CommandException("\"" + name + "\" is outside of \"" + directory + "\"");
        }
        Path path = directory;
        for (Path part : relative) {
            if (!path.equals(directory) && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(path);
            }
            if (!path.equals(directory) && Files.isSymbolicLink(path)) {
                throw new CommandException(
                        "\"" + name + "\" is below the symbolic link \"" + path + "\"");
            }
            path = part.toString().isEmpty() ? path : path.resolve(part);
        }
        return path;
    }

    private void extract(Path target, Entry entry, TarInput content) throws IOException {
        boolean becomesDirectory = entry.type() == Entry.DIRECTORY;
        boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
        boolean isDirectory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
        if (exists && isDirectory != becomesDirectory) {
            String kinds =
                    isDirectory ? "directory \"%s\" with non-" : "non-directory \"%s\" with ";
            throw new CommandException(
                    "cannot overwrite "
                            + kinds.formatted(target)
                            + "directory \""
                            + directory
                            + "\"");
        }
        if (exists && !isDirectory) {
            Files.delete(target);
        }
        switch (entry.type()) {
            case Entry.DIRECTORY -> {
                if (!isDirectory) {
                    Files.createDirectory(target);
                }
                setMode(target, entry);
                directoryTimes.put(target, entry.modified());
            }
            case Entry.FILE -> {
                write(target, content);
                setMode(target, entry);
                setTime(target, entry.modified());
            }
            case Entry.SYMLINK -> Files.createSymbolicLink(target, Path.of(entry.link()));
            case Entry.HARD_LINK -> Files.createLink(target, inside(entry.link()));
            case Entry.PIPE -> makeNode(target, entry, "p");
            case Entry.CHARACTER -> makeDevice(target, entry, "c");
            case Entry.BLOCK -> makeDevice(target, entry, "b");
            default ->
                    throw new CommandException(
                            "cannot create \"" + target + "\": unknown type " + entry.type());
        }
    }

    private static void makeDevice(Path target, Entry entry, String type) throws IOException {
        String major = Long.toString(entry.device().major());
        makeNode(target, entry, type, major, Long.toString(entry.device().minor()));
    }

    /**
     * By the program for it: Java has no call. Its time is that of the copy, for to set another
     * Java would open it.
     */
    private static void makeNode(Path target, Entry entry, String... what) throws IOException {
        var command = new ArrayList<>(List.of("mknod", "--", target.toString()));
        command.addAll(List.of(what));
        Process mknod = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(mknod.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (mknod.waitFor() != 0) {
                throw new CommandException(said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mknod made \"" + target + "\"", e);
        }
        setMode(target, entry);
    }

    private static void write(Path target, TarInput content) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private static void setMode(Path target, Entry entry) throws IOException {
        Files.setAttribute(target, "unix:mode", entry.mode() & SAFE_BITS);
    }

    private static void setTime(Path target, long seconds) throws IOException {
        FileTime time = FileTime.from(java.time.Instant.ofEpochSecond(seconds));
        Files.getFileAttributeView(target, BasicFileAttributeView.class).setTimes(time, time, null);
    }
}
