package jong.engine.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jong.api.ApiVersion;
import jong.api.client.EngineAddress;
import jong.api.client.EngineClient;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.engine.rest.RestApplication;
import jong.engine.rest.Router;
import jong.http.HttpServer;
import jong.http.ListenAddress;
import jong.http.ServerOptions;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarWriter;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real containers, made by Jong's runtime on overlayfs, driven over HTTP. */
@Tag("root")
@Timeout(60)
class RunContainersTest {

    @TempDir Path root;
    private RealParts parts;
    private TestWorld world;
    private HttpServer server;
    private EngineClient client;

    @BeforeEach
    void serve() throws IOException {
        parts = new RealParts(root);
        world = new TestWorld(root, parts);
        serveAgain();
    }

    private void serveAgain() throws IOException {
        var router = new Router();
        world.routes(router);
        server = new HttpServer(new RestApplication(router, "test"), ServerOptions.forGroup(""));
        Path socket = root.resolve("s.sock");
        server.listen(new ListenAddress.Unix(socket));
        client = new EngineClient(new EngineAddress.Unix(socket), new ApiVersion(1, 45), "test");
    }

    /** After each test: no container, and nothing that one left. */
    @AfterEach
    void nothingIsLeft() throws Exception {
        for (JsonObject container :
                client.list(Request.get("/containers/json").flag("all", true))) {
            String path = "/containers/" + container.string("Id");
            client.run(Request.delete(path).flag("force", true).flag("v", true));
        }
        client.close();
        server.close();
        world.close();
        parts.close();
        assertThat(entries(parts.runRoot())).isEmpty();
        Files.delete(parts.runRoot());
        assertThat(entries(root.resolve("containers"))).isEmpty();
        assertThat(world.networks).isEmpty();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(root.toString());
    }

    @Test
    void outputExitCodeAndLogAreTheProcesses() throws Exception {
        assertThat(run("{'Cmd':['sh','-c','echo out; echo err >&2; exit 7']}"))
                .isEqualTo("7 [1]out\n[2]err\n");
        assertThat(logs("cc")).isEqualTo("[1]out\n[2]err\n");
    }

    @Test
    void optionsReachTheProcess() throws Exception {
        String body =
                "{'Cmd':['sh','-c','id -u; id -g; pwd; hostname; echo $A; cat /etc/hostname'],"
                        + "'User':'web','WorkingDir':'/tmp/new','Hostname':'hh','Env':['A=B']}";
        assertThat(run(body)).isEqualTo("0 [1]33\n33\n/tmp/new\nhh\nB\nhh\n");
    }

    @Test
    void protectionsAreOnByDefault() throws Exception {
        String status = run("{'Cmd':['sh','-c','cat /proc/self/status']}");
        assertThat(status).contains("CapEff:\t00000000a80425fb").contains("Seccomp:\t2");
        client.run(Request.delete("/containers/cc"));
        assertThat(
                        run(
                                "{'Cmd':['sh','-c',"
                                        + "'mount -t tmpfs x /tmp; echo $?; touch /sys/x; echo $?']}"))
                .contains("mount: permission denied")
                .contains("Read-only file system");
    }

    @Test
    void emptyVolumeIsFilledFromTheImage() throws Exception {
        String body = "{'Cmd':['cat','/data/file'],'HostConfig':{'Binds':['filled:/data']}}";
        assertThat(run(body)).isEqualTo("0 [1]from the image\n");
        Path file = root.resolve("volumes/filled/file");
        assertThat(Files.isSameFile(file, file.resolveSibling("same"))).isTrue();
        assertThat(Files.getAttribute(file, "user:note")).isEqualTo(new byte[3]);
    }

    @Test
    void volumeThatGetsFilesMeanwhileKeepsThem() throws Exception {
        Path file = root.resolve("volumes/used/file");
        world.volumes.whileFilled =
                () ->
                        assertThatCode(() -> Files.writeString(file, "own"))
                                .doesNotThrowAnyException();
        String body = "{'Cmd':['cat','/data/file'],'HostConfig':{'Binds':['used:/data']}}";
        assertThat(run(body)).isEqualTo("0 [1]own");
        assertThat(file.resolveSibling("same")).doesNotExist();
    }

    @Test
    void volumeWithoutANameDoesNotGoOnAFileOfTheImage() throws Exception {
        String file = "cannot mount volume over existing file, file exists /etc/group";
        assertThatThrownBy(() -> create("cc", "{'Volumes':{'/etc/group':{}}}"))
                .hasMessageContaining(file);
        create("cc", "{'HostConfig':{'Binds':['named:/etc/group'],'VolumeDriver':'plugin'}}");
    }

    @Test
    void aContainerThatWaitsForItsRestartIsNotStartedWhileFilesAreCopiedIntoIt() throws Exception {
        create("cc", "{'Cmd':['true']}");
        Container container = world.containers().get("cc");
        container.state(ContainerState.CREATED.with(ContainerState.Status.RESTARTING));
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarWriter(archive)) {
            tar.write(TarEntry.file("copied", 0, 0));
        }
        List<Boolean> locked = new ArrayList<>();
        var body =
                new FilterInputStream(new ByteArrayInputStream(archive.toByteArray())) {
                    @Override
                    public int read(byte[] bytes, int start, int length) throws IOException {
                        int count = super.read(bytes, start, length);
                        while (count < 0 && copied().isEmpty()) {
                            Thread.onSpinWait(); // The engine has the archive, but not its end.
                        }
                        locked.add(container.operation().isLocked());
                        return count;
                    }
                };
        client.run(
                Request.put("/containers/cc/archive").query("path", "/tmp").stream(
                        body, "application/x-tar"));
        container.state(ContainerState.CREATED);
        assertThat(locked.getLast()).isTrue();
    }

    private List<Path> copied() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("snapshots"))) {
            return files.filter(file -> file.endsWith("tmp/copied")).toList();
        }
    }

    @Test
    void changesAreAListAndNullWithoutAny() throws Exception {
        create("cc", "{'Cmd':['sh','-c','touch /tmp/a /tmp/b']}");
        assertThat(changes()).isEqualTo("null\n");
        client.run(Request.post("/containers/cc/start"));
        client.run(Request.post("/containers/cc/wait"));
        assertThat(changes())
                .isEqualTo(
                        "[{\"Kind\":0,\"Path\":\"/tmp\"},{\"Kind\":1,\"Path\":\"/tmp/a\"},"
                                + "{\"Kind\":1,\"Path\":\"/tmp/b\"}]\n");
        assertThat(error(Request.get("/containers/none/changes")))
                .isEqualTo("404 No such container: none");
    }

    private String changes() throws IOException {
        try (var answer = client.send(Request.get("/containers/cc/changes"))) {
            return new String(answer.body().readAllBytes(), UTF_8);
        }
    }

    @Test
    void missingCommandIsToldInDockersWords() throws Exception {
        create("cc", "{'Cmd':['nosuch']}");
        assertThat(error(Request.post("/containers/cc/start")))
                .isEqualTo(
                        "400 failed to create task for container: failed to create shim task: OCI"
                                + " runtime create failed: runc create failed: unable to start"
                                + " container process: exec: \"nosuch\": executable file not found"
                                + " in $PATH: unknown");
        assertThat(entries(parts.runRoot())).isEmpty();
    }

    @Test
    void execRunsBesidesTheFirstProcess() throws Exception {
        create("cc", "{'Cmd':['sleep','1000']}");
        client.run(Request.post("/containers/cc/start"));
        String exec =
                client.object(
                                Request.post("/containers/cc/exec")
                                        .json(
                                                json(
                                                        "{'Cmd':['sh','-c','echo x; exit 3'],"
                                                                + "'AttachStdout':true}")))
                        .string("Id");
        try (var attached =
                client.hijack(Request.post("/exec/" + exec + "/start").json(json("{}")))) {
            assertThat(new String(attached.input().readAllBytes(), UTF_8))
                    .isEqualTo("\1\0\0\0\0\0\0\2x\n");
        }
        JsonObject shown = client.object(Request.get("/exec/" + exec + "/json"));
        assertThat(shown.flag("Running")).isFalse();
        assertThat(shown.number("ExitCode")).isEqualTo(3);
    }

    @Test
    void containersOutliveTheDaemon() throws Exception {
        create("runs", "{'Cmd':['sh','-c','echo one; read x; echo $x'],'OpenStdin':true}");
        create("ends", "{'Cmd':['sh','-c','sleep 1; exit 9']}");
        for (String name : List.of("runs", "ends")) {
            client.run(Request.post("/containers/" + name + "/start"));
        }
        long pid =
                client.object(Request.get("/containers/ends/json")).object("State").number("Pid");
        client.close();
        server.close();
        while (Files.exists(Path.of("/proc/" + pid))) {
            Thread.sleep(20);
        }
        world.restart();
        serveAgain();

        assertThat(waitFor("ends")).isEqualTo(9);
        assertThat(
                        client.object(Request.get("/containers/runs/json"))
                                .object("State")
                                .flag("Running"))
                .isTrue();
        say("runs", "two\n");
        assertThat(waitFor("runs")).isEqualTo(0);
        assertThat(logs("runs")).isEqualTo("[1]one\ntwo\n");
    }

    private void say(String name, String text) throws IOException {
        var request = Request.post("/containers/" + name + "/attach");
        try (var attached = client.hijack(request.flag("stream", true).flag("stdin", true))) {
            attached.output().write(text.getBytes(UTF_8));
            attached.closeWrite();
        }
    }

    private String run(String body) throws IOException {
        create("cc", body);
        try (var attached =
                client.hijack(
                        Request.post("/containers/cc/attach")
                                .flag("stream", true)
                                .flag("stdout", true)
                                .flag("stderr", true))) {
            client.run(Request.post("/containers/cc/start"));
            String output = text(attached.input().readAllBytes());
            return waitFor("cc") + " " + output;
        }
    }

    private String logs(String name) throws IOException {
        var request = Request.get("/containers/" + name + "/logs");
        try (var response = client.send(request.flag("stdout", true).flag("stderr", true))) {
            return text(response.body().readAllBytes());
        }
    }

    /** Frames as text: the stream's number where it changes. */
    private static String text(byte[] frames) {
        var out = new ByteArrayOutputStream();
        int stream = 0;
        for (int at = 0; at + 8 <= frames.length; ) {
            int length = java.nio.ByteBuffer.wrap(frames).getInt(at + 4);
            if (frames[at] != stream) {
                stream = frames[at];
                out.writeBytes(("[" + stream + "]").getBytes(UTF_8));
            }
            out.write(frames, at + 8, length);
            at += 8 + length;
        }
        return out.toString(UTF_8);
    }

    private long waitFor(String name) throws IOException {
        return client.object(Request.post("/containers/" + name + "/wait")).number("StatusCode");
    }

    private void create(String name, String body) throws IOException {
        JsonObject json = json(body).with("Image", "busybox");
        client.run(Request.post("/containers/create").query("name", name).json(json));
    }

    private String error(Request request) throws IOException {
        try {
            client.run(request);
            return "no error";
        } catch (EngineException e) {
            return e.status() + " " + e.detail();
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    private static JsonObject json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
