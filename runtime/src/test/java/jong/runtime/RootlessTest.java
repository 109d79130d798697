package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import jong.runtime.box.Box;
import jong.runtime.box.FilterAgent;
import jong.runtime.box.Outcome;
import jong.runtime.box.Running;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of a user who is nobody in particular; root is needed to become that user. */
@Tag("root")
final class RootlessTest {

    private static final int USER = 54_321;
    private static final List<String> AS_USER =
            List.of(
                    "/usr/bin/env",
                    "PATH=/nowhere",
                    "/usr/bin/setpriv",
                    "--reuid=" + USER,
                    "--regid=" + USER,
                    "--clear-groups");

    @TempDir private Path temporary;
    private Box box;

    @BeforeEach
    void giveTheBoxAway() throws IOException {
        box = new Box(temporary);
        box.useReachableProgram();
        try (Stream<Path> all = Files.walk(box.rootfs())) {
            for (Path path : all.toList()) {
                Files.setAttribute(path, "unix:uid", USER, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", USER, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private Outcome run(JsonObject config) throws IOException {
        List<String> command = new ArrayList<>(AS_USER);
        command.addAll(box.command(config));
        return Box.run(command);
    }

    private static JsonObject own(String script) {
        return Box.withUserNamespace(Box.config(script), USER, 1);
    }

    @Test
    void anOrdinaryUserIsRootInside() throws IOException {
        assertThat(
                        run(
                                own(
                                        "id -u; id -g; tr -s ' ' < /proc/self/uid_map;"
                                                + " cat /proc/self/setgroups; hostname; echo x >"
                                                + " /made")))
                .isEqualTo(new Outcome(0, "0\n0\n 0 54321 1\ndeny\nbox\n", ""));
        assertThat(Files.getAttribute(box.rootfs().resolve("made"), "unix:uid")).isEqualTo(USER);
    }

    @Test
    void devicesAreThoseOfTheHost() throws IOException {
        assertThat(
                        run(
                                own(
                                        "echo x > /dev/null; head -c 2 /dev/zero | wc -c;"
                                                + " stat -c %u /dev/null")))
                .isEqualTo(new Outcome(0, "2\n65534\n", ""));
    }

    @Test
    void aTimeNamespaceCanBeHadToo() throws IOException {
        JsonObject config = own("head -1 /proc/self/timens_offsets | tr -s ' ' ");
        Box.append(config.object("linux"), "namespaces", new JsonObject().with("type", "time"));
        config.object("linux")
                .with(
                        "timeOffsets",
                        new JsonObject()
                                .with(
                                        "monotonic",
                                        new JsonObject().with("secs", 50L).with("nanosecs", 0L)));
        assertThat(run(config)).isEqualTo(new Outcome(0, "monotonic 50 0\n", ""));
    }

    @Test
    void moreIdsNeedTheToolThatGrantsThem() throws IOException {
        JsonObject config = Box.withUserNamespace(Box.config("true"), 100_000, 65_536);
        Outcome outcome = run(config);
        assertThat(outcome.failedWith(2)).isTrue();
        assertThat(outcome.errors()).contains("newuidmap");
    }

    @Test
    void aSourceThatTheUserMayNotReadStaysClosed() throws IOException {
        Path closed = Files.createDirectories(box.beside("closed/dir"));
        Files.setPosixFilePermissions(
                closed.getParent(),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        JsonObject config = Box.withMount(own("true"), "bind", closed.toString(), "/mnt", "bind");
        assertThat(run(config).failedWith(13)).isTrue();
    }

    /** As runc's template for such users has it: the host's network, and so the host's sysfs. */
    @Test
    void theHostsSysfsIsShownReadOnly() throws IOException {
        JsonObject config = own("ls -d /sys/class/net/lo; mkdir /sys/fs/cgroup/new 2>&1; echo $?");
        JsonObject linux = config.object("linux");
        linux.with(
                "namespaces",
                linux.objects("namespaces").stream()
                        .filter(n -> !n.string("type").equals("network"))
                        .toList());
        config.with(
                "mounts",
                config.objects("mounts").stream()
                        .filter(m -> !m.string("type").equals("sysfs"))
                        .toList());
        Box.withMount(config, "none", "/sys", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro");
        Outcome outcome = run(config);
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.output()).startsWith("/sys/class/net/lo\n").endsWith("\n1\n");
    }

    @Test
    void theUserCanRunMoreInIt() throws Exception {
        try (Running running = new Running(box, own(Running.STAY), AS_USER)) {
            assertThat(running.exec("id -u; tr -s ' ' < /proc/self/uid_map; hostname"))
                    .isEqualTo(new Outcome(0, "0\n 0 54321 1\nbox\n", ""));
        }
    }

    /** The container is closed to its own user, who has no right to take the listener out of it. */
    @Test
    void anAgentGetsTheListenerOfTheUsersFilter() throws IOException {
        Path path = temporary.resolve("agent");
        for (boolean noNewPrivileges : new boolean[] {false, true}) {
            JsonObject config = own("mkdir /x 2>&1; ls /proc/1/fd /proc/1/task; true");
            config.object("process").with("noNewPrivileges", noNewPrivileges);
            JsonObject profile =
                    Json.parseObject(
                            """
                            {"defaultAction":"SCMP_ACT_ALLOW",
                             "syscalls":[{"names":["mkdir","sendmsg","futex","pidfd_getfd"],
                              "action":"SCMP_ACT_NOTIFY"}]}
                            """);
            config.object("linux").with("seccomp", profile.with("listenerPath", path.toString()));
            try (var agent = new FilterAgent(path)) {
                CompletableFuture<JsonObject> message = agent.next();
                assertThat(run(config))
                        .isEqualTo(
                                new Outcome(
                                        0,
                                        "mkdir: can't create directory '/x': Function not"
                                                + " implemented\n"
                                                + "/proc/1/fd:\n0\n1\n2\n\n/proc/1/task:\n1\n",
                                        ""));
                assertThat(message.join().strings("fds")).containsExactly("seccompFd");
            }
        }
    }
}
