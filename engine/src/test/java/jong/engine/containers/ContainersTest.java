package jong.engine.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
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
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's behaviour over the real HTTP server; texts and statuses are those of dockerd 26.1.5. */
class ContainersTest {

    @TempDir Path root;
    private TestWorld world;
    private HttpServer server;
    private EngineClient client;

    @BeforeEach
    void serve() throws IOException {
        world = new TestWorld(root);
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

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        world.close();
    }

    @Test
    void runWithRemovalGoesInDockersOrderAndLeavesNothing() throws Exception {
        String id =
                create(
                        "web",
                        "{'Image':'busybox','Cmd':['true'],'HostConfig':{'AutoRemove':true}}");
        var end = waitFor("web", "removed");
        call(Request.post("/containers/web/start"), 204);
        assertThat(end.get()).isEqualTo(0);
        assertThat(world.events)
                .containsExactly(
                        "container create",
                        "container start",
                        "container die",
                        "container destroy");
        world.containers().of("any");
        assertThat(world.snapshots).isEmpty();
        assertThat(world.networks).isEmpty();
        assertThat(world.tasks.tasks).isEmpty();
        assertThat(world.directory(id)).doesNotExist();
        assertThat(error(Request.get("/containers/web/json")))
                .isEqualTo("404 No such container: web");
        create("web", "{'Image':'busybox'}");
    }

    @RepeatedTest(20)
    void attachedBeforeTheStartSeesEveryByte() throws Exception {
        create("web", "{'Image':'busybox','Cmd':['echo','hello']}");
        try (var attached =
                client.hijack(
                        Request.post("/containers/web/attach")
                                .query("stream", "1")
                                .query("stdout", "1")
                                .query("stderr", "1"))) {
            call(Request.post("/containers/web/start"), 204);
            assertThat(attached.contentType())
                    .isEqualTo("application/vnd.docker.multiplexed-stream");
            byte[] all = attached.input().readAllBytes();
            assertThat(new String(all, UTF_8)).isEqualTo("\1\0\0\0\0\0\0\5hello");
        }
    }

    @Test
    void failedStartTellsDockersTextAndLeavesACreatedContainer() throws Exception {
        create("bad", "{'Image':'busybox','Cmd':['nosuch']}");
        String text =
                "failed to create task for container: failed to create shim task: OCI runtime"
                        + " create failed: runc create failed: unable to start container process:"
                        + " exec: \"nosuch\": executable file not found in $PATH: unknown";
        assertThat(error(Request.post("/containers/bad/start"))).isEqualTo("400 " + text);
        JsonObject state = client.object(Request.get("/containers/bad/json")).object("State");
        assertThat(state.string("Status")).isEqualTo("created");
        assertThat(state.number("ExitCode")).isEqualTo(127);
        assertThat(state.string("Error")).isEqualTo(text);
        assertThat(world.networks).isEmpty();
        assertThat(world.tasks.tasks).isEmpty();
    }

    @Test
    void wrongRequestsGetDockersTexts() throws Exception {
        create("taken", "{'Image':'busybox'}");
        check("{'Image':'nosuch:1'}", "404 No such image: nosuch:1");
        check("{'Image':''}", "400 no command specified");
        check(
                "{'Image':'busybox','HostConfig':{'AutoRemove':true,"
                        + "'RestartPolicy':{'Name':'always'}}}",
                "400 can't create 'AutoRemove' container with restart policy");
        check(
                "{'Image':'busybox','HostConfig':{'VolumesFrom':['nosuch']}}",
                "400 No such container: nosuch");
        check(
                "{'Image':'busybox','HostConfig':{'RestartPolicy':{'Name':'sometimes'}}}",
                "400 invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always',"
                        + " 'on-failure', or 'unless-stopped'");
        check(
                "{'Image':'busybox','HostConfig':{'Mounts':[{'Type':'bind','Source':'/eapi/none',"
                        + "'Target':'/x'}]}}",
                "400 invalid mount config for type \"bind\": bind source path does not exist:"
                        + " /eapi/none");
        check(
                "{'Image':'busybox','HostConfig':{'CapAdd':['FOO']}}",
                "400 invalid CapAdd: unknown capability: \"CAP_FOO\"");
        check(
                "{'Image':'busybox','HostConfig':{'LogConfig':{'Type':'nope'}}}",
                "400 error looking up logging plugin nope: plugin \"nope\" not found");
        check(
                "{'Image':'busybox','HostConfig':{'Memory':1000}}",
                "400 Minimum memory limit allowed is 6MB");
        check(
                "{'Image':'busybox','HostConfig':{'CpusetCpus':'x'}}",
                "400 Invalid value x for cpuset cpus: invalid format: x");
        check(
                "{'Image':'busybox','WorkingDir':'rel'}",
                "400 the working directory 'rel' is invalid, it needs to be an absolute path");
        check("{'Image':'busybox','HostConfig':{'Binds':['/a:/b:zz']}}", "500 invalid mode: zz");
        check(
                "{'Image':'busybox','HostConfig':{'Binds':['/a:/']}}",
                "500 invalid volume specification: '/a:/': invalid mount config for type \"bind\":"
                        + " invalid specification: destination can't be '/'");
        check(
                "{'Image':'busybox','HostConfig':{'Isolation':'foo'}}",
                "500 Invalid isolation: \"foo\" - linux only supports 'default'");
        check("{'Image':'busybox','StopSignal':'BOGUS'}", "400 invalid signal: BOGUS");
        check(
                "{'Image':'busybox','HostConfig':{'NetworkMode':'container:nosuch'}}",
                "404 No such container: nosuch");
        assertThat(world.snapshots).hasSize(1);
    }

    @Test
    void statesAllowWhatTheyAllowInDocker() throws Exception {
        String id = create("c1", "{'Image':'busybox','Cmd':['stubborn']}");
        String notRunning = "409 container " + id + " is not running";
        assertThat(error(post("c1/pause"))).isEqualTo(notRunning);
        assertThat(error(Request.get("/containers/c1/top"))).isEqualTo(notRunning);
        assertThat(error(post("c1/kill")))
                .isEqualTo("409 cannot kill container: c1: " + notRunning.substring(4));
        assertThat(error(post("c1/resize").query("h", "1").query("w", "1"))).isEqualTo(notRunning);
        assertThat(error(post("c1/resize").query("h", "x").query("w", "1")))
                .isEqualTo("400 strconv.Atoi: parsing \"x\": invalid syntax");
        call(post("c1/stop"), 304);
        call(post("c1/start"), 204);
        call(post("c1/start"), 304);
        assertThat(error(post("c1/exec").json(new JsonObject())))
                .isEqualTo("400 No exec command specified");
        call(post("c1/pause"), 204);
        assertThat(error(post("c1/pause"))).isEqualTo("409 Container " + id + " is already paused");
        assertThat(error(post("c1/start")))
                .isEqualTo("409 cannot start a paused container, try unpause instead");
        assertThat(error(Request.delete("/containers/c1")))
                .isEqualTo(
                        "409 cannot remove container \"/c1\": container is paused and must be"
                                + " unpaused first");
        call(post("c1/unpause"), 204);
        assertThat(error(post("c1/unpause"))).isEqualTo("500 Container " + id + " is not paused");
        assertThat(error(Request.delete("/containers/c1")))
                .isEqualTo(
                        "409 cannot remove container \"/c1\": container is running: stop the"
                                + " container before removing or force remove");
        assertThat(error(post("c1/kill").query("signal", "FOO")))
                .isEqualTo("400 cannot kill container: c1: invalid signal: FOO");
        call(post("c1/stop").query("t", "0"), 204);
        assertThat(waitFor("c1", "").get()).isEqualTo(137);
        call(post("c1/restart").query("t", "0"), 204);
        call(Request.delete("/containers/c1").query("force", "1"), 204);
        assertThat(error(post("c1/wait").query("condition", "x"))).startsWith("404 ");
    }

    @Test
    void snapshotHasAnOwnerFromItsFirstMomentToItsLast() throws Exception {
        Set<String> owners = new TreeSet<>();
        world.whileMade = () -> owners.addAll(world.containers().owners());
        String id = create("one", "{'Image':'busybox'}");
        assertThat(owners).containsExactly(id);
        assertThat(world.containers().owners()).containsExactly(id);
    }

    @Test
    void renamingFollowsDockersRules() throws Exception {
        String id = create("one", "{'Image':'busybox'}");
        create("two", "{'Image':'busybox'}");
        assertThat(error(post("one/rename").query("name", "one")))
                .isEqualTo("400 Renaming a container with the same name as its current name");
        assertThat(error(post("one/rename").query("name", "")))
                .isEqualTo("400 Neither old nor new names may be empty");
        assertThat(error(post("two/rename").query("name", "one")))
                .isEqualTo(
                        "409 Error when allocating new name: Conflict. The container name \"/one\""
                                + " is already in use by container \""
                                + id
                                + "\". You have to remove (or rename) that container to be able to"
                                + " reuse that name.");
        call(post("one/rename").query("name", "three"), 204);
        assertThat(client.object(Request.get("/containers/three/json")).string("Id")).isEqualTo(id);
        create("one", "{'Image':'busybox'}");
    }

    @Test
    void listFiltersAndRefusesAsDocker() throws Exception {
        create("aa", "{'Image':'busybox','Labels':{'k':'v'}}");
        create("bb", "{'Image':'busybox','Cmd':['x','a b']}");
        call(post("bb/start"), 204);
        assertThat(names("")).containsExactly("/bb");
        assertThat(names("{'label':['k=v']}")).isEmpty();
        assertThat(names("{'status':['created']}")).containsExactly("/aa");
        assertThat(names("{'name':{'^a+$':true},'status':['created']}")).containsExactly("/aa");
        assertThat(error(list("{'nope':['x']}"))).isEqualTo("400 invalid filter 'nope'");
        assertThat(error(list("xx"))).isEqualTo("400 invalid filter");
        assertThat(error(list("{'status':['nope']}")))
                .isEqualTo("400 invalid filter 'status=nope'");
        assertThat(error(Request.get("/containers/json").query("limit", "x")))
                .isEqualTo("500 strconv.Atoi: parsing \"x\": invalid syntax");
        JsonObject running = client.list(list("")).getFirst();
        assertThat(running.string("Command")).isEqualTo("x 'a b'");
        assertThat(running.string("Status")).isEqualTo("Up Less than a second");
    }

    @Test
    void inspectHasTheShapeOfDockerd() throws Exception {
        create("aa", "{'Image':'busybox','Cmd':['sleep','60'],'Labels':{'eapi':'1'}}");
        JsonObject shown = client.object(Request.get("/containers/aa/json"));
        JsonObject golden;
        try (var in = ContainersTest.class.getResourceAsStream("inspect-created.json")) {
            golden = Json.parseObject(in.readAllBytes());
        }
        assertThat(shown.keySet()).containsExactlyElementsOf(golden.keySet());
        for (String part : List.of("HostConfig", "Config", "State")) {
            JsonObject own = shown.object(part);
            JsonObject theirs = golden.object(part);
            // Jong's own choice, see ContainerSpec; and what is made at random.
            own.put("CgroupnsMode", theirs.get("CgroupnsMode"));
            own.put("Hostname", theirs.get("Hostname"));
            theirs.put("CgroupnsMode", theirs.get("CgroupnsMode"));
            theirs.put("Hostname", theirs.get("Hostname"));
            own.put("Image", theirs.get("Image"));
            theirs.put("Image", theirs.get("Image"));
            assertThat(Json.write(own)).isEqualTo(Json.write(theirs));
        }
    }

    @Test
    void restartPolicyStartsAgainAndCounts() throws Exception {
        create(
                "r1",
                "{'Image':'busybox','Cmd':['false'],"
                        + "'HostConfig':{'RestartPolicy':"
                        + "{'Name':'on-failure','MaximumRetryCount':2}}}");
        var end = waitFor("r1", "next-exit");
        call(post("r1/start"), 204);
        assertThat(end.get()).isEqualTo(1);
        JsonObject shown = client.object(Request.get("/containers/r1/json"));
        assertThat(shown.number("RestartCount")).isEqualTo(2);
        assertThat(shown.object("State").string("Status")).isEqualTo("exited");
        assertThat(world.events.stream().filter("container start"::equals)).hasSize(3);
    }

    @Test
    void restartThatFailsEndsTheWaitWithTheLastExitCodeAndTheReason() throws Exception {
        String id =
                create(
                        "r2",
                        "{'Image':'busybox','Cmd':['sleep'],"
                                + "'HostConfig':{'RestartPolicy':{'Name':'always'}}}");
        call(post("r2/start"), 204);
        var stopped = waitFor("r2", "");
        var exit = client.send(post("r2/wait").query("condition", "next-exit"));
        world.networksRefuse = true;
        world.tasks.tasks.get(id).end(3);
        assertThat(stopped.get()).isEqualTo(3);
        String reason = "network nonet not found";
        String told = "{\"StatusCode\":3,\"Error\":{\"Message\":\"" + reason + "\"}}";
        try (exit) {
            assertThat(Json.write(exit.json())).isEqualTo(told);
        }
        JsonObject state = client.object(Request.get("/containers/r2/json")).object("State");
        assertThat(state.string("Status")).isEqualTo("exited");
        assertThat(state.number("ExitCode")).isEqualTo(3);
        assertThat(state.string("Error")).isEqualTo(reason);
        assertThat(Json.write(client.object(post("r2/wait")))).isEqualTo(told);
    }

    @Test
    void deathOfTheDaemonLosesNothing() throws Exception {
        String runs = create("runs", "{'Image':'busybox','Cmd':['sleep']}");
        String ends = create("ends", "{'Image':'busybox','Cmd':['sleep']}");
        String brief =
                create(
                        "brief",
                        "{'Image':'busybox','Cmd':['sleep'],"
                                + "'HostConfig':{'AutoRemove':true}}");
        for (String name : List.of("runs", "ends", "brief")) {
            call(post(name + "/start"), 204);
        }
        // A container that was never acknowledged, and one whose removal was begun.
        String half = "f".repeat(64);
        world.snapshots.add(half);
        Files.createDirectory(world.directory(half));
        client.close();
        server.close();
        world.restart();
        serveAgain();
        world.tasks.tasks.get(ends).end(7);
        world.tasks.tasks.get(brief).end(0);

        assertThat(waitFor("ends", "").get()).isEqualTo(7);
        JsonObject state = client.object(Request.get("/containers/runs/json")).object("State");
        assertThat(state.flag("Running")).isTrue();
        assertThat(state.number("Pid")).isEqualTo(4242);
        awaitGone("brief");
        world.containers().of("any");
        assertThat(waitFor("runs", "").isDone()).isFalse();
        assertThat(world.snapshots).containsExactlyInAnyOrder(runs, ends);
        assertThat(world.directory(half)).doesNotExist();
    }

    @Test
    void containerIsTakenOverWithoutTheDriverOfItsVolume() throws Exception {
        String id =
                create(
                        "plugged",
                        "{'Image':'busybox','Cmd':['sleep'],'HostConfig':{'Binds':['v:/v:nocopy']}}");
        call(post("plugged/start"), 204);
        client.close();
        server.close();
        world.volumes.refuse = true;
        world.restart();
        serveAgain();
        world.tasks.tasks.get(id).end(7);
        assertThat(waitFor("plugged", "").get()).isEqualTo(7);
    }

    @Test
    void containerIsRemovedThoughItsAnonymousVolumeIsNot() throws Exception {
        create(
                "anonymous",
                "{'Image':'busybox','Cmd':['sleep'],"
                        + "'HostConfig':{'Mounts':[{'Type':'volume','Target':'/v',"
                        + "'VolumeOptions':{'NoCopy':true}}]}}");
        world.volumes.refuse = true;
        call(Request.delete("/containers/anonymous").query("v", "1"), 204);
        assertThat(world.events).contains("container destroy");
    }

    @Test
    void endOfARunEndsAllHoldsThatItCan() throws Exception {
        create(
                "box",
                "{'Image':'busybox','Cmd':['true'],"
                        + "'HostConfig':{'Binds':['one:/1:nocopy','two:/2:nocopy']}}");
        world.volumes.stuck = "one";
        world.tasks.deleteFails = true;
        call(post("box/start"), 204);
        assertThat(waitFor("box", "").get()).isEqualTo(0);
        world.containers().of("any");
        assertThat(world.volumes.held).hasSize(1).allMatch(hold -> hold.startsWith("one of "));
    }

    @Test
    void failedCreationGivesBackAllThatItCan() throws Exception {
        world.whileMade =
                () -> {
                    world.snapshots.clear(); // So that it cannot be removed.
                    throw new Internal("no network");
                };
        String body = "{'Image':'busybox','Cmd':['true'],'HostConfig':{'Binds':['one:/1:nocopy']}}";
        assertThat(error(Request.post("/containers/create").json(json(body))))
                .contains("no network");
        assertThat(world.volumes.users.get("one")).isEmpty();
        assertThat(root.resolve("containers")).isEmptyDirectory();
    }

    private void awaitGone(String name) throws Exception {
        while (!error(Request.get("/containers/" + name + "/json")).startsWith("404")) {
            Thread.sleep(5);
        }
    }

    private void check(String body, String error) throws IOException {
        assertThat(error(Request.post("/containers/create").query("name", "x1").json(json(body))))
                .isEqualTo(error);
    }

    private String create(String name, String body) throws IOException {
        return client.object(
                        Request.post("/containers/create").query("name", name).json(json(body)))
                .string("Id");
    }

    /** Reads on a thread of its own: on two cores the common pool has one, for all tests. */
    private CompletableFuture<Integer> waitFor(String name, String condition) throws IOException {
        var response = client.send(post(name + "/wait").query("condition", condition));
        assertThat(response.status()).isEqualTo(200);
        return CompletableFuture.supplyAsync(
                () -> {
                    try (response) {
                        JsonObject json = (JsonObject) response.json();
                        return (int) json.number("StatusCode");
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                work -> Thread.ofVirtual().start(work));
    }

    private List<String> names(String filters) throws IOException {
        return client.list(list(filters)).stream()
                .map(container -> container.strings("Names").getFirst())
                .toList();
    }

    private static Request list(String filters) {
        return Request.get("/containers/json").query("filters", filters.replace('\'', '"'));
    }

    private static Request post(String rest) {
        return Request.post("/containers/" + rest);
    }

    private void call(Request request, int status) throws IOException {
        try (var response = client.send(request)) {
            assertThat(response.status()).isEqualTo(status);
        }
    }

    private String error(Request request) throws IOException {
        try {
            client.run(request);
            return "no error";
        } catch (EngineException e) {
            return e.status() + " " + e.detail();
        }
    }

    private static JsonObject json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
