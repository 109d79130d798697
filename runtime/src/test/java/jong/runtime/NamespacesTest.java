package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import jong.runtime.box.Box;
import jong.runtime.box.Outcome;
import jong.runtime.box.Running;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** User, time and network namespaces, new and joined, and what reaches into them. */
@Tag("root")
final class NamespacesTest {

    private static final long FIRST_ID = 100_000;
    private static final long IDS = 65_536;

    @TempDir private Path temporary;
    private Box box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new Box(temporary);
    }

    private void check(JsonObject config, String output) throws IOException {
        assertThat(box.run(config)).isEqualTo(new Outcome(0, output, ""));
    }

    private static JsonObject mapped(String script) {
        return Box.withUserNamespace(Box.config(script), FIRST_ID, IDS);
    }

    @Test
    void aUserNamespaceHasItsMapsAndTheNodesOfTheHost() throws IOException {
        check(
                mapped(
                        "id -u; tr -s ' ' < /proc/self/uid_map; echo x > /dev/null;"
                                + " head -c 2 /dev/zero | wc -c; stat -c %t:%T /dev/full"),
                "0\n 0 100000 65536\n2\n1:7\n");
    }

    @Test
    void aSourceBehindAClosedDirectoryOfTheHostIsShown() throws IOException {
        Path closed = Files.createDirectories(box.beside("closed/dir"));
        Files.writeString(closed.resolve("file"), "seen\n");
        Files.setPosixFilePermissions(
                closed.getParent(), PosixFilePermissions.fromString("rwx------"));
        check(
                Box.withMount(mapped("cat /mnt/file"), "bind", closed.toString(), "/mnt", "bind"),
                "seen\n");
    }

    @Test
    void anIdMappedBindShowsOtherOwners() throws IOException {
        Path source = Files.createDirectories(box.beside("source"));
        Files.writeString(source.resolve("file"), "");
        JsonObject config = Box.config("stat -c %u:%g /mnt/file");
        check(withIdMappedMount(config, source, FIRST_ID), "100000:100000\n");
    }

    @Test
    void anIdMappedBindInAUserNamespaceCanBeWrittenByItsRoot() throws IOException {
        Path source = Files.createDirectories(box.beside("source"));
        Files.writeString(source.resolve("file"), "");
        check(
                withIdMappedMount(
                        mapped("echo x > /mnt/new; stat -c %u:%g /mnt/file /mnt/new"),
                        source,
                        FIRST_ID),
                "0:0\n0:0\n");
        assertThat(Files.getAttribute(source.resolve("new"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void anIdMappedBindTakesTheMapsOfTheContainer() throws IOException {
        Path source = Files.createDirectories(box.beside("source"));
        JsonObject config = mapped("stat -c %u:%g /mnt");
        check(Box.withMount(config, "bind", source.toString(), "/mnt", "bind", "idmap"), "0:0\n");
    }

    private static JsonObject withIdMappedMount(JsonObject config, Path source, long first) {
        return Box.append(
                config,
                "mounts",
                new JsonObject()
                        .with("destination", "/mnt")
                        .with("source", source.toString())
                        .with("options", List.of("rbind"))
                        .with("uidMappings", List.of(Box.mapping(first, IDS)))
                        .with("gidMappings", List.of(Box.mapping(first, IDS))));
    }

    @Test
    void aUserNamespaceIsJoinedByItsPath() throws Exception {
        try (Running other = new Running(box, mapped(Running.STAY))) {
            String path = other.namespace("user").toString();
            JsonObject config = Box.config("tr -s ' ' < /proc/self/uid_map");
            Box.append(
                    config.object("linux"),
                    "namespaces",
                    new JsonObject().with("type", "user").with("path", path));
            check(config, " 0 100000 65536\n");
        }
    }

    /** Its root is then that of everybody in it who had the former one. */
    @Test
    void aMountNamespaceIsJoinedByItsPath() throws Exception {
        Process other =
                new ProcessBuilder("unshare", "--mount", "sh", "-c", "echo; sleep 60").start();
        try {
            other.inputReader().readLine();
            String path = "/proc/" + other.pid() + "/ns/mnt";
            JsonObject config =
                    Box.config("readlink /proc/self/ns/mnt; ls -d /bin /usr 2>/dev/null");
            JsonObject linux = config.object("linux");
            linux.objects("namespaces").stream()
                    .filter(n -> n.string("type").equals("mount"))
                    .forEach(n -> n.with("path", path));
            String joined = Files.readSymbolicLink(Path.of(path)).toString();
            Outcome outcome = box.run(config);
            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.output()).isEqualTo(joined + "\n/bin\n");
        } finally {
            other.children().forEach(ProcessHandle::destroyForcibly);
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aTimeNamespaceHasItsOffsets() throws IOException {
        check(withClock(Box.config("tr -s ' \\t' ' ' < /proc/self/timens_offsets")), OFFSETS);
    }

    @Test
    void aTimeNamespaceOfAUserNamespaceHasItsOffsets() throws IOException {
        check(withClock(mapped("tr -s ' \\t' ' ' < /proc/self/timens_offsets")), OFFSETS);
    }

    private static final String OFFSETS = "monotonic 7881 2718281\nboottime 1337 3141519\n";

    private static JsonObject withClock(JsonObject config) {
        JsonObject linux = config.object("linux");
        Box.append(linux, "namespaces", new JsonObject().with("type", "time"));
        linux.with(
                "timeOffsets",
                new JsonObject()
                        .with("monotonic", offset(7881, 2718281))
                        .with("boottime", offset(1337, 3141519)));
        return config;
    }

    private static JsonObject offset(long seconds, long nanoseconds) {
        return new JsonObject().with("secs", seconds).with("nanosecs", nanoseconds);
    }

    @Test
    void anInterfaceOfTheHostMovesWithItsAddressAndMtuUnderANewName() throws IOException {
        checkMovedInterface(Box.config("ip address show dev inner"));
    }

    @Test
    void anInterfaceMovesIntoAUserNamespacesNetwork() throws IOException {
        checkMovedInterface(mapped("ip address show dev inner"));
    }

    @Test
    void aTemplateNamesAnInterface() throws IOException {
        checkMovedInterface(Box.config("ip address show dev in0"), "in%d");
    }

    private void checkMovedInterface(JsonObject config) throws IOException {
        checkMovedInterface(config, "inner");
    }

    private void checkMovedInterface(JsonObject config, String inside) throws IOException {
        String name = "jt" + UUID.randomUUID().toString().substring(0, 8);
        ip("link", "add", name, "mtu", "1789", "type", "veth", "peer", "name", name + "p");
        try {
            ip("address", "add", "169.254.169.77/32", "dev", name);
            config.object("linux")
                    .with(
                            "netDevices",
                            new JsonObject().with(name, new JsonObject().with("name", inside)));
            Outcome outcome = box.run(config);
            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.output())
                    .contains("mtu 1789", "169.254.169.77/32 scope global", ",UP,")
                    .doesNotContain(name + ":");
            assertThat(Path.of("/sys/class/net", name)).doesNotExist();
        } finally {
            // Gone with the container's network namespace, unless the move failed.
            Box.run(List.of("ip", "link", "del", name));
        }
    }

    private static void ip(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        assertThat(Box.run(command)).isEqualTo(new Outcome(0, "", ""));
    }

    @Test
    void aMissingInterfaceIsNamed() throws IOException {
        JsonObject config = Box.config("true");
        config.object("linux")
                .with("netDevices", new JsonObject().with("jongnone0", new JsonObject()));
        assertThat(box.run(config).errors()).endsWith(" 19 jongnone0\n");
    }
}
