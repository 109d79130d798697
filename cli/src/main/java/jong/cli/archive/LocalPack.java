package jong.cli.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Packs a local file, or a directory with all below it. */
public final class LocalPack {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int TYPE_BITS = 0170000;

    /** Tar's letters for what has no content, by the type in a mode. Docker leaves out sockets. */
    private static final Map<Long, Character> SPECIAL =
            Map.of(0010000L, Entry.PIPE, 0020000L, Entry.CHARACTER, 0060000L, Entry.BLOCK);

    private static final long REGULAR = 0100000;

    private final TarOutput tar;

    /** First names of files with several links, by device and inode. */
    private final Map<List<Long>, String> linked = new HashMap<>();

    private LocalPack(TarOutput tar) {
        this.tar = tar;
    }

    /**
     * Writes an archive.
     *
     * @param source what goes in; a symlink itself
     * @param name what it is called in there
     */
    public static void write(Path source, String name, OutputStream out) throws IOException {
        var buffered = new BufferedOutputStream(out, BUFFER_BYTES);
        var tar = new TarOutput(buffered);
        new LocalPack(tar).add(source, name);
        tar.finish();
    }

    private void add(Path path, String name) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(
                        path,
                        "unix:mode,uid,gid,size,lastModifiedTime,nlink,dev,ino,rdev",
                        LinkOption.NOFOLLOW_LINKS);
        if (Files.isSymbolicLink(path)) {
            String link = Files.readSymbolicLink(path).toString();
            tar.write(entry(name, Entry.SYMLINK, attributes, 0, link), nothing());
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            tar.write(entry(name + "/", Entry.DIRECTORY, attributes, 0, ""), nothing());
            for (Path child : children(path)) {
                add(child, name + "/" + child.getFileName());
            }
            return;
        }
        long type = number(attributes, "mode") & TYPE_BITS;
        Character special = SPECIAL.get(type);
        if (type == REGULAR) {
            addFile(path, name, attributes);
        } else if (special != null) {
            tar.write(entry(name, special, attributes, 0, ""), nothing());
        }
    }

    private void addFile(Path path, String name, Map<String, Object> attributes)
            throws IOException {
        if (number(attributes, "nlink") > 1) {
            var identity = List.of(number(attributes, "dev"), number(attributes, "ino"));
            String first = linked.putIfAbsent(identity, name);
            if (first != null) {
                tar.write(entry(name, Entry.HARD_LINK, attributes, 0, first), nothing());
                return;
            }
        }
        long size = number(attributes, "size");
        try (InputStream content = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            tar.write(entry(name, Entry.FILE, attributes, size, ""), content);
        }
    }

    private static Entry entry(
            String name, char type, Map<String, Object> attributes, long size, String link) {
        return new Entry(
                name,
                type,
                (int) number(attributes, "mode") & 07777,
                number(attributes, "uid"),
                number(attributes, "gid"),
                size,
                attributes.get("lastModifiedTime") instanceof FileTime time
                        ? time.to(TimeUnit.SECONDS)
                        : 0,
                link,
                type == Entry.CHARACTER || type == Entry.BLOCK
                        ? Entry.Device.of(number(attributes, "rdev"))
                        : Entry.Device.NONE);
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    private static InputStream nothing() {
        return InputStream.nullInputStream();
    }
}
