package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code idmap}: the files of user 1000 of the host are those of the container's root. */
@Tag("root")
@ExtendWith(SharedEngine.class)
@DisabledIfSystemProperty(named = "jong.test.peer", matches = ".+")
class IdMappedMountsTest {

    private static final String MAP = "idmap=uids=1000-0-1;gids=1000-0-1";
    private static final String OWNERS = "stat -c '%n %u:%g' /m/*";
    private static final String OTHER = "65534:65534"; // What has no number in there.

    @TempDir private Path directory;

    private final Cli cli;

    IdMappedMountsTest(Engine engine) {
        cli = engine.cli(Client.JONG);
    }

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(directory.resolve("theirs"), "");
        own(Files.writeString(directory.resolve("user"), "hello"));
        own(directory);
    }

    @AfterEach
    void cleanUp() {
        cli.engine().removeContainers();
        cli.run("volume rm -f kept").succeeded();
    }

    private static void own(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", 1000);
        Files.setAttribute(file, "unix:gid", 1000);
    }

    private static String owner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid") + ":" + Files.getAttribute(file, "unix:gid");
    }

    private static List<String> ownersIn(Path directory) throws IOException {
        List<String> owners = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                owners.add(owner(file));
            }
        }
        return owners;
    }

    private static void host(String... command) {
        Command.of(command).run().succeeded();
    }

    private String bind(String options) {
        return "--mount type=bind,src=" + directory + ",dst=/m," + options;
    }

    @Test
    void filesOfTheUserAreRootsAndThoseOfRootAreTheUsers() throws IOException {
        String script = OWNERS + "; cat /m/user; echo x > /m/made; chown 0:0 /m/made; id -u";
        assertThat(cli.sh(bind(MAP), script))
                .isEqualTo("/m/theirs " + OTHER + "\n/m/user 0:0\nhello0");
        assertThat(owner(directory.resolve("made"))).isEqualTo("1000:1000");
        assertThat(cli.sh(bind(MAP), "chown 5 /m/user 2>&1 || true")).contains("chown");
        assertThat(owner(directory.resolve("user"))).isEqualTo("1000:1000");
    }

    @Test
    void rangesMapUsersAndGroupsApart() throws IOException {
        // Nobody's own: not even the container's root may look into it, unless everybody may.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = directory.resolve("user");
        Files.setAttribute(file, "unix:uid", 2003);
        Files.setAttribute(file, "unix:gid", 31);
        String map = "idmap=uids=0-500-1#2000-10-5;gids=30-40-2";
        assertThat(cli.sh(bind(map), OWNERS)).isEqualTo("/m/theirs 500:65534\n/m/user 13:41");
    }

    /** The option reaches the engine as text: docker's client does not look at it. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void shortFormIsForBothClients(Client client) throws IOException {
        String mount = "-v " + directory + ":/m:ro," + MAP;
        String script = "stat -c %u /m/user; touch /m/x 2>&1 || true";
        assertThat(cli.engine().cli(client).sh(mount, script))
                .startsWith("0\n")
                .contains("Read-only file system");
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void whatIsMountedBelowIsMappedOnlyIfAskedFor() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        host("mount", "-t", "tmpfs", "-o", "uid=1000,gid=1000", "inner", below.toString());
        try {
            String script =
                    "cd /m/below; stat -c %u .; f=$(mktemp -p . 2>/dev/null) && stat -c %u $f; true";
            assertThat(cli.sh(bind(MAP), script)).isEqualTo("1000\n0");
            assertThat(cli.sh(bind("r" + MAP), script)).isEqualTo("0\n0");
            assertThat(cli.sh(bind("readonly,r" + MAP), script)).isEqualTo("0");
            assertThat(cli.sh(bind("readonly,bind-recursive=writable,r" + MAP), script))
                    .isEqualTo("0\n0");
            assertThat(ownersIn(below)).containsExactlyInAnyOrder("0:0", "1000:1000", "1000:1000");
        } finally {
            host("umount", below.toString());
        }
    }

    @Test
    void mappedMountGetsWhatTheHostMountsBelowLater() throws IOException {
        Path late = Files.createDirectory(directory.resolve("late"));
        host("mount", "--bind", directory.toString(), directory.toString());
        host("mount", "--make-rshared", directory.toString());
        try {
            String mount = bind("bind-propagation=rslave,r" + MAP);
            cli.run("run -d --name box " + mount + " busybox sleep 1000").succeeded();
            host("mount", "-t", "tmpfs", "-o", "uid=1000", "late", late.toString());
            // It comes as it is on the host: the map is of the mounts that there were.
            assertThat(cli.run("exec box stat -c %u", "/m/user", "/m/late").lines())
                    .containsExactly("0", "1000");
        } finally {
            host("umount", "-R", directory.toString());
        }
    }

    @Test
    void volumeIsMappedToo() throws IOException {
        Path data = cli.engine().dataRoot().resolve("volumes/kept/_data");
        cli.run("volume create kept").succeeded();
        own(data);
        String mount = "--mount src=kept,dst=/m," + MAP;
        cli.sh(mount, "mkdir /m/part; echo data > /m/part/file");
        assertThat(owner(data.resolve("part/file"))).isEqualTo("1000:1000");
        assertThat(cli.sh(mount + ",volume-subpath=part", OWNERS)).isEqualTo("/m/file 0:0");
        assertThat(cli.sh("-v kept:/m:ro", "stat -c %u /m/part/file")).isEqualTo("1000");
        cli.run("create --name donor -v kept:/m:" + MAP + " busybox").succeeded();
        assertThat(cli.sh("--volumes-from donor:ro", "stat -c %u /m/part/file")).isEqualTo("0");
    }

    @Test
    void newVolumeHasTheImagesFilesAsTheImageHasThem() throws IOException {
        Path data = cli.engine().dataRoot().resolve("volumes/kept/_data");
        String mount = "--mount src=kept,dst=/seeded,idmap=uids=70-0-1#4000-1000-1;gids=70-0-2000";
        String script = "stat -c %u:%g /seeded /seeded/file; touch /seeded/mine";
        assertThat(cli.sh(mount, script)).isEqualTo("0:0\n1000:1000");
        assertThat(owner(data.resolve("file"))).isEqualTo("4000:1070");
        assertThat(owner(data.resolve("mine"))).isEqualTo("70:70");
        assertThat(owner(data)).isEqualTo("70:70");
    }

    @Test
    void newVolumeIsTheContainersRoots() throws IOException {
        cli.sh("-v kept:/m:" + MAP, "touch /m/mine");
        Path data = cli.engine().dataRoot().resolve("volumes/kept/_data");
        assertThat(owner(data)).isEqualTo("1000:1000");
        assertThat(owner(data.resolve("mine"))).isEqualTo("1000:1000");
    }

    @Test
    void fileOfTheImageThatNobodyCanHaveIsTold() {
        Result refused = cli.run("create -v kept:/seeded:" + MAP + " busybox");
        assertThat(refused.exitedWith(1).err())
                .contains("the image's file of owner 1000:1000 has none in the volume: no range of")
                .contains(MAP.substring("idmap=".length()));
        assertThat(cli.run("ps -aq").succeeded().lines()).isEqualTo(List.of());
        assertThat(cli.sh("-v kept:/seeded", "cat /seeded/file")).isEqualTo("from-the-image");
    }

    @Test
    void mapStaysWithTheContainer() {
        cli.run("run -d --name box " + bind(MAP) + " busybox sleep 1000").succeeded();
        String owner = "exec box stat -c %u:%g /m/user";
        cli.run("restart -t 0 box").succeeded();
        assertThat(cli.run(owner).line()).isEqualTo("0:0");
        cli.engine().kill();
        cli.engine().start();
        assertThat(cli.run(owner).line()).isEqualTo("0:0");
        assertInspected();
        cli.run("stop -t 0 box").succeeded();
        cli.engine().kill();
        cli.engine().start();
        cli.run("start box").succeeded();
        assertThat(cli.run(owner).line()).isEqualTo("0:0");
        assertInspected();
    }

    private void assertInspected() {
        String range = "[{\"ContainerID\":1000,\"HostID\":0,\"Size\":1}]";
        String map = "{\"UIDMappings\":%1$s,\"GIDMappings\":%1$s}".formatted(range);
        assertThat(cli.inspect("box", "{{json (index .HostConfig.Mounts 0)}}"))
                .contains("\"BindOptions\":{\"IDMap\":" + map + "}");
        assertThat(cli.inspect("box", "{{json (index .Mounts 0).IDMap}}")).isEqualTo(map);
    }

    @Test
    void apiHasItAmongTheOptionsOfTheMount() {
        String body =
                """
                {"Image": "busybox", "Cmd": ["sleep", "1000"], "HostConfig": {"Mounts": [
                  {"Type": "bind", "Source": "%s", "Target": "/m", "BindOptions": {"IDMap": {
                    "UIDMappings": [{"ContainerID": 1000, "HostID": 0, "Size": 1}]}}}]}}
                """
                        .formatted(directory);
        assertThat(post("/containers/create?name=box", body)).endsWith("201");
        assertThat(post("/containers/box/start", "")).endsWith("204");
        assertThat(cli.run("exec box stat -c %u:%g /m/user").line()).isEqualTo("0:0");
        assertThat(post("/containers/create", body.replace("\"Size\": 1", "\"Size\": 0")))
                .contains("invalid range 1000-0-0 of idmap: maps no id")
                .endsWith("400");
    }

    private String post(String path, String body) {
        return Command.of(
                        "curl",
                        "-sS",
                        "-w",
                        "%{http_code}",
                        "--unix-socket",
                        cli.engine().socket().toString(),
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        body,
                        "http://jong/v1.44" + path)
                .run()
                .succeeded()
                .line();
    }

    @Test
    void fileSystemThatCannotBeMappedIsNamed() {
        host("mount", "-t", "ramfs", "ram", directory.toString());
        try {
            String reason =
                    "error mounting \"%1$s\" to rootfs at \"/m\": failed to set MOUNT_ATTR_IDMAP on"
                            + " %1$s: invalid argument (this kernel cannot map the ids of ramfs on"
                            + " %1$s)";
            Result refused = cli.run("run --name box " + bind(MAP) + " busybox true");
            assertThat(refused.exitedWith(125).err()).contains(reason.formatted(directory));
            assertThat(cli.inspect("box", "{{.State.Status}}")).isEqualTo("created");
        } finally {
            host("umount", directory.toString());
        }
    }

    @Test
    void fileSystemBelowThatCannotBeMappedIsNamed() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        host("mount", "-t", "ramfs", "ram", below.toString());
        try {
            assertThat(cli.sh(bind(MAP), "stat -c %u /m/user")).isEqualTo("0");
            Result refused = cli.run("run --rm " + bind("r" + MAP) + " busybox true");
            assertThat(refused.exitedWith(125).err())
                    .contains("cannot map the ids of one of ")
                    .contains("ramfs on " + below);
        } finally {
            host("umount", below.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "idmap | there is none: want idmap=uids=FILE-CONTAINER-COUNT",
                "idmap=uids=@0-0-1 | @ is relative to the container's user namespace",
                "idmap=uids=1-0-0 | invalid range 1-0-0 of idmap: maps no id",
                "ridmap=uids=1-0-2#2-5-1 | uids of the files overlap in idmap: 1-0-2 and 2-5-1",
                "idmap=users=1-0-1 | invalid part 'users=1-0-1' of idmap",
            })
    void wrongMapsAreToldAndNothingIsMade(String map, String reason) {
        assertThat(cli.run("create " + bind(map) + " busybox").exitedWith(125).err())
                .contains(reason);
        String mount = "-v " + directory + ":/m:" + map;
        assertThat(cli.run("create " + mount + " busybox").exitedWith(1).err()).contains(reason);
        assertThat(cli.run("ps -aq").succeeded().lines()).isEqualTo(List.of());
    }

    @Test
    void onlyBindMountsAndVolumesHaveOwnersToMap() {
        assertThat(cli.run("create --mount type=tmpfs,dst=/m," + MAP + " busybox").err())
                .contains("cannot mix 'idmap' with mount type 'tmpfs'");
    }
}
