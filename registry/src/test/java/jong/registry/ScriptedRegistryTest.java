package jong.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.content.LocalContentStore;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What real registries do too seldom for a test: break off, redirect, lie. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScriptedRegistryTest {

    private static final RegistryOptions IMPATIENT =
            RegistryOptions.DEFAULT.withAttempts(3, 3, Duration.ofMillis(1));

    @TempDir Path directory;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final byte[] bytes = new byte[100_000];
    private ScriptedServer server;
    private ScriptedServer other;
    private RegistryClient client;
    private LocalContentStore store;
    private Descriptor blob;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        other = new ScriptedServer();
        client = new RegistryClient(IMPATIENT);
        store = new LocalContentStore(directory);
        new Random(3).nextBytes(bytes);
        blob = Descriptor.of("", Digest.sha256(bytes), bytes.length);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        other.close();
    }

    @Test
    void brokenTransferGoesOnWhereItStopped() throws Exception {
        serve(
                server,
                "/v2/app/blobs/",
                exchange -> {
                    String range = exchange.header("Range");
                    int start = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
                    int length = start == 0 ? 60_000 : bytes.length - start;
                    exchange.with("Content-Range", "bytes " + start + "-99999/100000")
                            .answer(
                                    start == 0 ? 200 : 206,
                                    bytes.length - start,
                                    bytes,
                                    start,
                                    length);
                });
        List<Integer> waits = fetch();
        assertThat(store.readAll(blob.digest(), bytes.length)).isEqualTo(bytes);
        assertThat(waits).containsExactly(1);
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1)).matches(".* Range=bytes=[0-9]+-");
    }

    @Test
    void serverThatKnowsNoRangesIsReadFromTheStart() throws Exception {
        try (var writer = store.writer("blob-" + blob.digest(), blob)) {
            writer.write(new byte[10]);
        }
        serve(server, "/v2/app/blobs/", exchange -> exchange.answer(200, bytes));
        fetch();
        assertThat(store.readAll(blob.digest(), bytes.length)).isEqualTo(bytes);
    }

    @Test
    void wrongBytesAreTriedOnceMoreAfterAResumeOnly() throws Exception {
        try (var writer = store.writer("blob-" + blob.digest(), blob)) {
            writer.write(new byte[bytes.length]); // Garbage of the right length.
        }
        serve(server, "/v2/app/blobs/", exchange -> exchange.answer(200, bytes));
        fetch();
        assertThat(store.readAll(blob.digest(), bytes.length)).isEqualTo(bytes);

        store.delete(blob.digest());
        bytes[0]++;
        requests.clear();
        assertThatThrownBy(this::fetch)
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessage("filesystem layer verification failed for digest " + blob.digest());
        assertThat(requests).hasSize(1);
        assertThat(store.ingests()).isEmpty();
    }

    @Test
    void tooManyBytesAreRefused() throws Exception {
        serve(server, "/v2/app/blobs/", exchange -> exchange.answer(200, new byte[200_000]));
        assertThatThrownBy(this::fetch).hasMessageContaining("is larger than the 100000 bytes");
    }

    @Test
    void attemptsAreLimited() throws Exception {
        serve(server, "/v2/app/blobs/", exchange -> exchange.answer(503, new byte[0]));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(StatusException.Unavailable.class)
                .hasMessage("received unexpected HTTP status: 503 Service Unavailable");
        assertThat(requests).hasSize(3);
    }

    @Test
    void downloadThatComesToAStopGoesOnByAnotherRequest() throws Exception {
        var released = new java.util.concurrent.CountDownLatch(1);
        serve(
                server,
                "/v2/app/blobs/",
                exchange -> {
                    String range = exchange.header("Range");
                    if (range.isEmpty()) {
                        exchange.answer(200, bytes.length, bytes, 0, 60_000);
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    } else {
                        int start = Integer.parseInt(range.replaceAll("\\D", ""));
                        exchange.with("Content-Range", "bytes " + start + "-99999/100000")
                                .answer(
                                        206,
                                        bytes.length - start,
                                        bytes,
                                        start,
                                        bytes.length - start);
                    }
                });
        var impatient =
                RegistryOptions.DEFAULT
                        .withAttempts(2, 1, Duration.ofMillis(1))
                        .withStall(Duration.ofMillis(300));
        try (var other = new RegistryClient(impatient)) {
            other.repository(reference(), RegistryAuth.ANONYMOUS)
                    .fetchBlob(blob, store, listener(new ArrayList<>()));
        }
        released.countDown();
        assertThat(store.readAll(blob.digest(), bytes.length)).isEqualTo(bytes);
        assertThat(requests).hasSize(2);
    }

    @Test
    void answersThatComeToAStopFail() throws Exception {
        var released = new java.util.concurrent.CountDownLatch(1);
        ScriptedServer.Handler half =
                exchange -> {
                    exchange.answer(200, 1000, new byte[1000], 0, 500);
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                };
        serve(server, "/v2/app/", half);
        serve(other, "/token", half);
        serve(
                other,
                "/v2/app/",
                exchange -> {
                    exchange.with(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://127.0.0.1:" + other.port() + "/token\"");
                    exchange.answer(401, new byte[0]);
                });
        var impatient = IMPATIENT.withStall(Duration.ofMillis(300));
        try (var client = new RegistryClient(impatient)) {
            var repository = client.repository(reference(), RegistryAuth.ANONYMOUS);
            String text = "nothing came for 300 ms";
            assertThatThrownBy(() -> repository.manifest("v1")).hasMessage(text);
            assertThatThrownBy(repository::tags).hasMessage(text);
            try (RemoteBlob body = repository.openBlob(blob.digest())) {
                assertThatThrownBy(() -> body.body().readAllBytes()).hasMessage(text);
            }
            var asked = Reference.parse("127.0.0.1:" + other.port() + "/app:v1");
            assertThatThrownBy(
                            () -> client.repository(asked, RegistryAuth.ANONYMOUS).manifest("v1"))
                    .as("its token service")
                    .hasMessage(text);
        } finally {
            released.countDown();
        }
    }

    @Test
    void readerThatTakesItsTimeIsNoStall() throws Exception {
        serve(server, "/v2/app/blobs/", exchange -> exchange.answer(200, bytes));
        var impatient = IMPATIENT.withStall(Duration.ofMillis(100));
        try (var client = new RegistryClient(impatient);
                RemoteBlob body =
                        client.repository(reference(), RegistryAuth.ANONYMOUS)
                                .openBlob(blob.digest())) {
            assertThat(body.body().readNBytes(10)).hasSize(10);
            Thread.sleep(500);
            assertThat(body.body().readAllBytes()).hasSize(bytes.length - 10);
        }
    }

    @Test
    void registryThatAsksToWaitIsAskedAgain() throws Exception {
        int[] refusals = {2};
        serve(
                server,
                "/v2/app/blobs/",
                exchange -> {
                    if (refusals[0]-- > 0) {
                        exchange.with("Retry-After", "0").answer(429, new byte[0]);
                    } else {
                        exchange.answer(200, bytes);
                    }
                });
        assertThat(fetch()).as("docker's own waits").isEmpty();
        assertThat(requests).hasSize(3);
    }

    @Test
    void waitOfHoursIsNotWaitedFor() throws Exception {
        serve(
                server,
                "/v2/app/manifests/",
                exchange -> {
                    exchange.with("Retry-After", "21600");
                    exchange.answer(
                            429,
                            "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"no more\"}]}"
                                    .getBytes(UTF_8));
                });
        assertThatThrownBy(
                        () -> client.repository(reference(), RegistryAuth.ANONYMOUS).manifest("v1"))
                .isInstanceOf(StatusException.Unavailable.class)
                .hasMessage("toomanyrequests: no more");
        assertThat(requests).hasSize(1);
    }

    @Test
    void pagesOfTagsAreFollowedOnTheSameHostOnly() throws Exception {
        String elsewhere = "http://localhost:" + other.port() + "/v2/app/tags/list?last=b";
        String[] next = {"/v2/app/tags/list?last=b"};
        serve(
                server,
                "/v2/app/tags/list",
                exchange -> {
                    boolean first = !exchange.target.contains("last=");
                    if (first) {
                        exchange.with("Link", "<" + next[0] + ">; rel=\"next\"");
                    }
                    exchange.answer(
                            200,
                            (first ? "{\"tags\":[\"a\",\"b\"]}" : "{\"tags\":[\"c\"]}")
                                    .getBytes(UTF_8));
                });
        Repository repository = client.repository(reference(), RegistryAuth.ANONYMOUS);
        assertThat(repository.tags()).containsExactly("a", "b", "c");
        next[0] = elsewhere;
        assertThatThrownBy(repository::tags).hasMessageStartingWith("refused a page of tags");
    }

    @Test
    void referrersAreReadByPagesOrFromTheirTag() throws Exception {
        String path = "/v2/app/referrers/" + blob.digest();
        serve(
                server,
                path,
                exchange -> {
                    if (!exchange.target.contains("last=")) {
                        exchange.with("Link", "<" + path + "?last=a>; rel=\"next\"");
                    }
                    exchange.answer(200, exchange.target.getBytes(UTF_8));
                });
        Repository repository = client.repository(reference(), RegistryAuth.ANONYMOUS);
        assertThat(repository.referrers(blob.digest()))
                .extracting(page -> new String(page, UTF_8))
                .containsExactly(path, path + "?last=a");

        Digest none = Digest.sha256(new byte[0]);
        assertThat(repository.referrers(none)).isEmpty();
        serve(
                server,
                "/v2/app/manifests/sha256-" + none.hex(),
                exchange -> exchange.answer(200, "{\"manifests\":[]}".getBytes(UTF_8)));
        assertThat(repository.referrers(none))
                .extracting(page -> new String(page, UTF_8))
                .containsExactly("{\"manifests\":[]}");
    }

    @Test
    void uploadThatIsSentElsewhereTellsNoSecret() throws Exception {
        serve(
                server,
                "/v2/app/blobs/uploads/",
                exchange -> {
                    if (exchange.header("Authorization").isEmpty()) {
                        exchange.with("WWW-Authenticate", "Basic realm=x");
                        exchange.answer(401, new byte[0]);
                    } else {
                        exchange.with(
                                "Location", "http://localhost:" + other.port() + "/up?state=s");
                        exchange.answer(202, new byte[0]);
                    }
                });
        serve(
                other,
                "/up",
                exchange ->
                        exchange.answer(exchange.method.equals("PUT") ? 201 : 202, new byte[0]));
        store.put(bytes);
        client.repository(reference(), new RegistryAuth("user", "secret", "", ""), Purpose.PUSH)
                .pushBlob(blob, store, List.of(), listener(new ArrayList<>()));
        assertThat(requests.subList(requests.size() - 2, requests.size()))
                .containsExactly(
                        "PATCH /up?state=s auth= Range=",
                        "PUT /up?state=s&digest="
                                + blob.digest().toString().replace(":", "%3A")
                                + " auth= Range=");
    }

    @Test
    void credentialsNeverFollowARedirectToAnotherHost() throws Exception {
        String target = "http://localhost:" + other.port() + "/elsewhere";
        serve(
                server,
                "/v2/app/blobs/",
                exchange -> {
                    if (exchange.header("Authorization").isEmpty()) {
                        exchange.with("WWW-Authenticate", "Basic realm=x");
                        exchange.answer(401, new byte[0]);
                    } else {
                        exchange.with("Location", target);
                        exchange.answer(307, new byte[0]);
                    }
                });
        serve(other, "/elsewhere", exchange -> exchange.answer(200, bytes));
        fetch(new RegistryAuth("user", "secret", "", ""));
        assertThat(requests.getLast()).isEqualTo("GET /elsewhere auth= Range=");
        assertThat(requests.get(1)).contains("auth=Basic dXNlcjpzZWNyZXQ=");
    }

    @Test
    void identityTokenNeverFollowsARedirectToAnotherHost() throws Exception {
        String target = "http://localhost:" + other.port() + "/elsewhere";
        serve(other, "/elsewhere", exchange -> exchange.answer(200, "{}".getBytes(UTF_8)));
        serve(server, "/token", exchange -> exchange.with("Location", target).answer(307, bytes));
        serve(
                server,
                "/v2/app/blobs/",
                exchange ->
                        exchange.with(
                                        "WWW-Authenticate",
                                        "Bearer realm=\"http://127.0.0.1:"
                                                + server.port()
                                                + "/token\"")
                                .answer(401, new byte[0]));
        assertThatThrownBy(() -> fetch(new RegistryAuth("me", "", "refresh", "")))
                .hasMessage(
                        "refused redirect of credentials from 127.0.0.1:%d to localhost:%d",
                        server.port(), other.port());
        assertThat(requests).noneMatch(request -> request.contains("/elsewhere"));
    }

    @Test
    void tokenIsFetchedOnceAndRenewedWhenRefused() throws Exception {
        String realm = "http://127.0.0.1:" + other.port() + "/token";
        int[] given = new int[1];
        serve(
                other,
                "/token",
                exchange ->
                        exchange.answer(
                                200, ("{\"token\":\"t" + ++given[0] + "\"}").getBytes(UTF_8)));
        String[] valid = {"t1"};
        serve(
                server,
                "/v2/app/blobs/",
                exchange -> {
                    if (exchange.header("Authorization").equals("Bearer " + valid[0])) {
                        exchange.answer(200, bytes);
                        return;
                    }
                    exchange.with(
                            "WWW-Authenticate",
                            "Bearer realm=\""
                                    + realm
                                    + "\",service=\"reg\",scope=\"repository:app:pull\"");
                    exchange.answer(401, new byte[0]);
                });
        var repository = client.repository(reference(), new RegistryAuth("me", "pw", "", ""));
        for (int round = 1; round <= 3; round++) {
            valid[0] = round < 3 ? "t1" : "t2";
            store.delete(blob.digest());
            repository.fetchBlob(blob, store, listener(new ArrayList<>()));
        }
        assertThat(given[0]).isEqualTo(2);
        assertThat(requests)
                .contains(
                        "GET /token?service=reg&scope=repository%3Aapp%3Apull&account=me"
                                + " auth=Basic bWU6cHc= Range=");
    }

    @Test
    void mirrorIsAskedFirstAndToldNoSecret() throws Exception {
        serve(server, "/v2/library/app/blobs/", exchange -> exchange.answer(200, bytes));
        String mirror = "http://127.0.0.1:" + server.port() + "/";
        var options = RegistryOptions.DEFAULT.withMirrors(List.of(mirror));
        try (var mirrored = new RegistryClient(options)) {
            mirrored.repository(Reference.parse("app"), new RegistryAuth("me", "pw", "", "raw"))
                    .fetchBlob(blob, store, listener(new ArrayList<>()));
        }
        assertThat(store.readAll(blob.digest(), bytes.length)).isEqualTo(bytes);
        assertThat(requests.getFirst()).contains("auth= ");
    }

    @Test
    void manifestOfAnotherDigestIsRefused() throws Exception {
        serve(server, "/v2/app/manifests/", exchange -> exchange.answer(200, bytes));
        assertThatThrownBy(() ->
                        client.repository(reference(), RegistryAuth.ANONYMOUS)
                                .manifest("sha256:" + "a".repeat(64)))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageStartingWith("manifest verification failed for digest sha256:aaaa");
    }

    private void serve(ScriptedServer at, String path, ScriptedServer.Handler handler) {
        at.on(
                path,
                exchange -> {
                    requests.add(
                            exchange.method
                                    + " "
                                    + exchange.target
                                    + " auth="
                                    + exchange.header("Authorization")
                                    + " Range="
                                    + exchange.header("Range"));
                    handler.handle(exchange);
                });
    }

    private Reference reference() {
        return Reference.parse("127.0.0.1:" + server.port() + "/app:v1");
    }

    private List<Integer> fetch() throws Exception {
        return fetch(RegistryAuth.ANONYMOUS);
    }

    private List<Integer> fetch(RegistryAuth auth) throws Exception {
        List<Integer> waits = new ArrayList<>();
        client.repository(reference(), auth).fetchBlob(blob, store, listener(waits));
        return waits;
    }

    private static BlobListener listener(List<Integer> waits) {
        return new BlobListener() {
            @Override
            public void transferred(long current, long total) {}

            @Override
            public void retrying(int secondsLeft) {
                waits.add(secondsLeft);
            }
        };
    }
}
