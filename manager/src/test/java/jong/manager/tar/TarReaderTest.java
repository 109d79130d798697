package jong.manager.tar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jong.manager.tar.TarEntry.Chunk;
import jong.manager.tar.TarEntry.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU tar is the other side: it writes what is read, and reads what is written. */
class TarReaderTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"v7", "ustar", "gnu", "posix"})
    void allFormatsGiveTheSameEntries(String format) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("file"), "content");
        Files.createLink(tree.resolve("hard"), tree.resolve("file"));
        Files.createSymbolicLink(tree.resolve("soft"), Path.of("/else/where"));
        Files.createDirectory(tree.resolve("sub"));
        run("touch", "-d", "@1234567890", tree.resolve("file").toString());
        byte[] archive =
                run(
                        "tar",
                        "--format=" + format,
                        "--sort=name",
                        "--owner=x:7",
                        "--group=y:8",
                        "--mode=u=rws,go=r",
                        "-C",
                        tree.toString(),
                        "-c",
                        ".");
        List<TarEntry> entries = List.copyOf(read(archive).keySet());
        assertThat(entries)
                .extracting(TarEntry::name)
                .containsExactly("./", "./file", "./hard", "./soft", "./sub/");
        assertThat(entries)
                .extracting(TarEntry::type)
                .containsExactly(
                        Type.DIRECTORY, Type.FILE, Type.HARD_LINK, Type.SYMLINK, Type.DIRECTORY);
        TarEntry file = entries.get(1);
        assertThat(file.uid()).isEqualTo(7);
        assertThat(file.gid()).isEqualTo(8);
        assertThat(file.permissions()).isEqualTo(04644);
        assertThat(file.modifiedNanos()).isEqualTo(1_234_567_890_000_000_000L);
        assertThat(entries.get(2).linkName()).isEqualTo("./file");
        assertThat(entries.get(3).linkName()).isEqualTo("/else/where");
        assertThat(read(archive).get(file)).isEqualTo("content".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "posix"})
    void longNamesAndGreatNumbersAreRead(String format) throws Exception {
        String name = "n".repeat(200) + "/" + "m".repeat(200) + "/\u00e4";
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of("t".repeat(300)));
        byte[] archive =
                run(
                        "tar",
                        "--format=" + format,
                        "--owner=x:3000000000",
                        "--mtime=@9999999999",
                        "-C",
                        directory.toString(),
                        "-c",
                        name);
        TarEntry entry = List.copyOf(read(archive).keySet()).getFirst();
        assertThat(entry.name()).isEqualTo(name);
        assertThat(entry.linkName()).isEqualTo("t".repeat(300));
        assertThat(entry.uid()).isEqualTo(3_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=posix --sparse-version=0.0",
                "--format=posix --sparse-version=0.1",
                "--format=posix --sparse-version=1.0",
            })
    void allSparseFormatsAreRead(String options) throws Exception {
        for (int parts : new int[] {0, 1, 3, 40}) {
            Path file = directory.resolve("sparse");
            Files.deleteIfExists(file);
            try (var channel =
                    FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int i = 0; i < parts; i++) {
                    channel.write(ByteBuffer.wrap(block(i)), (i + 1) * 1_000_000L / 4096 * 4096);
                }
            }
            long size = 64_000_000;
            run("truncate", "-s", Long.toString(size), file.toString());
            byte[] archive =
                    run(("tar --sparse " + options + " -c -C " + directory + " sparse").split(" "));
            TarEntry entry = List.copyOf(read(archive).keySet()).getFirst();
            assertThat(entry.name()).isEqualTo("sparse");
            assertThat(entry.size()).isEqualTo(size);
            assertThat(expand(entry, read(archive).get(entry)))
                    .as("%d parts", parts)
                    .isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void gnuTarReadsWhatIsWritten() throws Exception {
        var attributes = Map.of("user.binary", new byte[] {1, 0, (byte) 0x80, '\n', '='});
        var out = new ByteArrayOutputStream();
        try (var writer = new TarWriter(out)) {
            writer.write(
                    new TarEntry(
                            "d".repeat(120) + "/\u00fc",
                            Type.FILE,
                            0640,
                            3_000_000_000L,
                            1,
                            3,
                            1_500_000_000L,
                            "",
                            0,
                            0,
                            attributes,
                            List.of()),
                    new ByteArrayInputStream(new byte[] {1, 2, 3}));
            writer.write(
                    new TarEntry(
                            "link",
                            Type.SYMLINK,
                            0777,
                            0,
                            0,
                            0,
                            0,
                            "to",
                            0,
                            0,
                            Map.of(),
                            List.of()));
            writer.write(
                    new TarEntry(
                            "null",
                            Type.CHARACTER_DEVICE,
                            0666,
                            0,
                            0,
                            0,
                            0,
                            "",
                            1,
                            3,
                            Map.of(),
                            List.of()));
        }
        Path file = Files.write(directory.resolve("a.tar"), out.toByteArray());
        String listing =
                new String(
                        run(
                                "tar",
                                "--numeric-owner",
                                "--utc",
                                "--quoting-style=literal",
                                "--full-time",
                                "-tvvf",
                                file.toString()),
                        UTF_8);
        assertThat(listing.replaceAll(" +", " ").lines())
                .containsExactly(
                        "-rw-r----- 3000000000/1 3 1970-01-01 00:00:01.5 "
                                + "d".repeat(120)
                                + "/\u00fc",
                        "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 link -> to",
                        "crw-rw-rw- 0/0 1,3 1970-01-01 00:00:00 null");
        TarEntry entry = List.copyOf(read(out.toByteArray()).keySet()).getFirst();
        assertThat(entry.attributes().get("user.binary")).isEqualTo(attributes.get("user.binary"));
        assertThat(entry.modifiedNanos()).isEqualTo(1_500_000_000L);
    }

    @Test
    void contentOfAnotherLengthThanAnnouncedIsRefused() {
        var writer = new TarWriter(new ByteArrayOutputStream());
        assertThatThrownBy(() ->
                        writer.write(
                                TarEntry.file("f", 2, 0), new ByteArrayInputStream(new byte[1])))
                .hasMessage("archive/tar: f has 1 bytes, not 2");
    }

    @Test
    void truncatedArchiveIsAnError() throws Exception {
        byte[] archive = archive("f", new byte[1000]);
        for (int length : new int[] {100, 512, 700, 1535}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(archive, length)))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("unexpected EOF");
        }
    }

    @Test
    void hugeExtendedHeaderIsRefusedBeforeItIsRead() throws Exception {
        byte[] archive = archive("f", new byte[10]);
        byte[] huge = withHeader(archive, 'x', 2L << 20);
        assertThatThrownBy(() -> read(huge))
                .hasMessage("archive/tar: extended header of 2097152 bytes");
        assertThatThrownBy(() -> read(withHeader(archive, 'L', 1L << 33)))
                .hasMessageContaining("extended header of");
    }

    @Test
    void damagedArchivesEndInIoExceptionsOnly() throws Exception {
        Path file = Files.write(directory.resolve("f"), new byte[3000]);
        run("truncate", "-s", "1000000", file.toString());
        Files.createSymbolicLink(directory.resolve("l".repeat(150)), Path.of("x"));
        for (String format : List.of("gnu", "posix")) {
            byte[] archive =
                    run(
                            "tar",
                            "--sparse",
                            "--format=" + format,
                            "-c",
                            "-C",
                            directory.toString(),
                            ".");
            long seed = System.nanoTime();
            var random = new Random(seed);
            for (int i = 0; i < 3000; i++) {
                byte[] damaged = archive.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                repairChecksums(damaged);
                try {
                    read(damaged);
                } catch (IOException e) {
                    assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
                }
            }
        }
    }

    private static Map<TarEntry, byte[]> read(byte[] archive) throws IOException {
        Map<TarEntry, byte[]> entries = new LinkedHashMap<>();
        var reader = new TarReader(new ByteArrayInputStream(archive));
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            int offset = (int) reader.contentOffset();
            byte[] content = reader.content().readAllBytes();
            assertThat(offset % 512).as("offset of the content").isZero();
            assertThat(content)
                    .isEqualTo(Arrays.copyOfRange(archive, offset, offset + content.length));
            entries.put(entry, content);
        }
        return new java.util.LinkedHashMap<>(entries) {
            private static final long serialVersionUID = 1L;

            @Override
            public byte[] get(Object wanted) {
                // Records with maps of arrays are not equal to those of another pass.
                return entrySet().stream()
                        .filter(e -> e.getKey().name().equals(((TarEntry) wanted).name()))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
            }
        };
    }

    private static byte[] archive(String name, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new TarWriter(out)) {
            writer.write(TarEntry.file(name, content.length, 0), new ByteArrayInputStream(content));
        }
        return out.toByteArray();
    }

    /** The archive with the first header's type and size replaced. */
    private static byte[] withHeader(byte[] archive, char type, long size) {
        byte[] changed = archive.clone();
        changed[156] = (byte) type;
        byte[] digits = "%011o".formatted(size).getBytes(UTF_8);
        System.arraycopy(digits, 0, changed, 124, 11);
        repairChecksums(changed);
        return changed;
    }

    private static void repairChecksums(byte[] archive) {
        for (int at = 0; at + 512 <= archive.length; at += 512) {
            boolean header = archive[at + 257] == 'u' && archive[at + 258] == 's';
            if (header) {
                Arrays.fill(archive, at + 148, at + 156, (byte) ' ');
                int sum = 0;
                for (int i = at; i < at + 512; i++) {
                    sum += archive[i] & 0xff;
                }
                System.arraycopy("%06o\0 ".formatted(sum).getBytes(UTF_8), 0, archive, at + 148, 8);
            }
        }
    }

    private static byte[] expand(TarEntry entry, byte[] stored) {
        byte[] whole = new byte[(int) entry.size()];
        int at = 0;
        for (Chunk chunk : entry.chunks()) {
            System.arraycopy(stored, at, whole, (int) chunk.offset(), (int) chunk.length());
            at += (int) chunk.length();
        }
        return whole;
    }

    private static byte[] block(int seed) {
        byte[] block = new byte[4096];
        new Random(seed).nextBytes(block);
        return block;
    }

    static byte[] run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}
