package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import jong.oci.runtime.SeccompSpec;
import jong.runtime.seccomp.SeccompCompiler;
import jong.runtime.seccomp.SeccompProgram;
import jong.wire.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilterCacheTest {

    private static final long SEED = 5;
    private static final FileTime LONG_AGO = FileTime.fromMillis(1000);

    @TempDir private Path root;

    @Test
    void aKeptFilterIsTheCompiledOneAndForItsOwnerAlone() throws IOException {
        check(cache("a").compile(profile("kexec_load")), profile("kexec_load"));
        Path file = onlyFile();
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(root.resolve(FilterCache.DIRECTORY))).isEqualTo("rwx------");
        Files.setLastModifiedTime(file, LONG_AGO);
        check(cache("a").compile(profile("kexec_load")), profile("kexec_load"));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
    }

    /** Proof that files are read at all: this one answers what no compiler would make of it. */
    @Test
    void aKeptFilterIsUsed() throws IOException {
        cache("a").compile(profile("kexec_load"));
        byte[] bytes = Files.readAllBytes(onlyFile());
        bytes[bytes.length - 1] ^= 1;
        var sum = new java.util.zip.CRC32();
        sum.update(bytes, Long.BYTES, bytes.length - Long.BYTES);
        java.nio.ByteBuffer.wrap(bytes).putLong(sum.getValue());
        Files.write(onlyFile(), bytes);
        assertThat(cache("a").compile(profile("kexec_load")).filter())
                .isNotEqualTo(new SeccompCompiler().compile(profile("kexec_load")).filter());
    }

    @Test
    void otherProfilesAndOtherBuildsHaveFiltersOfTheirOwn() throws IOException {
        check(cache("a").compile(profile("kexec_load")), profile("kexec_load"));
        check(cache("a").compile(profile("reboot")), profile("reboot"));
        check(cache("b").compile(profile("reboot")), profile("reboot"));
        assertThat(files()).hasSize(3);
        check(cache("").compile(profile("mount")), profile("mount"));
        assertThat(files()).hasSize(3);
    }

    @Test
    void aFileUnderTheHashOfAnotherProfileIsNotUsed() throws IOException {
        cache("a").compile(profile("kexec_load"));
        Path first = onlyFile();
        cache("a").compile(profile("reboot"));
        for (Path file : files()) {
            Files.write(file, Files.readAllBytes(first));
        }
        check(cache("a").compile(profile("reboot")), profile("reboot"));
    }

    @Test
    void damagedFilesAreWrittenAnew() throws IOException {
        cache("a").compile(profile("kexec_load"));
        Path file = onlyFile();
        byte[] whole = Files.readAllBytes(file);
        var random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            if (random.nextBoolean()) {
                damaged = java.util.Arrays.copyOf(damaged, at);
            } else {
                damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            Files.write(file, damaged);
            check(cache("a").compile(profile("kexec_load")), profile("kexec_load"));
            assertThat(Files.readAllBytes(file)).as("seed %d, byte %d", SEED, at).isEqualTo(whole);
        }
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsLeftAlone() throws IOException {
        cache("a").compile(profile("kexec_load"));
        Path file = onlyFile();
        Files.setPosixFilePermissions(
                root.resolve(FilterCache.DIRECTORY), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.write(file, new byte[10]);
        check(cache("a").compile(profile("kexec_load")), profile("kexec_load"));
        assertThat(Files.size(file)).isEqualTo(10);
    }

    @Test
    void theirNumberIsLimited() throws IOException {
        for (int i = 0; i < 70; i++) {
            cache("build" + i).compile(profile("reboot"));
        }
        assertThat(files()).hasSizeBetween(1, 64);
    }

    /** The directory is no container. */
    @Test
    void itIsNotListed() throws IOException {
        cache("a").compile(profile("reboot"));
        assertThat(new StateRoot(root).ids()).isEmpty();
        assertThat(StateRoot.valid(FilterCache.DIRECTORY)).isFalse();
    }

    private FilterCache cache(String build) {
        var nowhere = new PrintStream(new ByteArrayOutputStream());
        return new FilterCache(new StateRoot(root), build, new Log("", false, false, nowhere));
    }

    private static SeccompSpec profile(String refused) {
        return new SeccompSpec(
                Json.parseObject(
                        "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\""
                                + refused
                                + "\"],\"action\":\"SCMP_ACT_ERRNO\"}]}"));
    }

    private static void check(SeccompProgram program, SeccompSpec profile) {
        SeccompProgram fresh = new SeccompCompiler().compile(profile);
        assertThat(program.filter()).isEqualTo(fresh.filter());
        assertThat(program.flags()).isEqualTo(fresh.flags());
    }

    private Path onlyFile() throws IOException {
        assertThat(files()).hasSize(1);
        return files().getFirst();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(root.resolve(FilterCache.DIRECTORY))) {
            return files.toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
