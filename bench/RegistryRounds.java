import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pushes and pulls blobs as docker does (POST, PATCH, PUT; GET), to several registries in turn.
 *
 * <p>Arguments: rounds, a file for the large blob, its size in MB, then NAME URL PID for each
 * registry. Prints {@code NAME METRIC MILLISECONDS} for each round: wall time, and CPU time of the
 * registry's process.
 */
static final int SMALL_BLOBS = 500;

static final int SMALL_BYTES = 10_000;
static final int CLIENTS = 8;

static final HttpClient CLIENT =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

record Registry(String name, String base, String pid) {

    /** CPU time of the process in ticks of 10 ms. */
    long ticks() throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    void timed(String metric, Callable<?> work) throws Exception {
        long cpu = ticks();
        long start = System.nanoTime();
        work.call();
        long wall = (System.nanoTime() - start) / 1_000_000;
        IO.println(name + " " + metric + "_wall_ms " + wall);
        IO.println(name + " " + metric + "_cpu_ms " + (ticks() - cpu) * 10);
    }

    URI uri(String path) {
        return URI.create(path.startsWith("http") ? path : base + path);
    }

    String send(String method, String path, BodyPublisher body, int status) throws Exception {
        HttpResponse<Void> answer =
                CLIENT.send(
                        HttpRequest.newBuilder(uri(path)).method(method, body).build(),
                        BodyHandlers.discarding());
        if (answer.statusCode() != status) {
            throw new IOException(method + " " + path + ": " + answer.statusCode());
        }
        return answer.headers().firstValue("Location").orElse("");
    }

    Void push(String digest, BodyPublisher body) throws Exception {
        String at = send("POST", "/v2/bench/blobs/uploads/", BodyPublishers.noBody(), 202);
        at = send("PATCH", at, body, 202);
        String mark = at.indexOf('?') < 0 ? "?" : "&";
        send("PUT", at + mark + "digest=" + digest, BodyPublishers.noBody(), 201);
        return null;
    }

    Void pull(String digest, long size) throws Exception {
        HttpResponse<java.io.InputStream> answer =
                CLIENT.send(
                        HttpRequest.newBuilder(uri("/v2/bench/blobs/" + digest)).build(),
                        BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            long got = 0;
            var buffer = new byte[1 << 17];
            for (int count; (count = body.read(buffer)) >= 0; ) {
                got += count;
            }
            if (got != size) {
                throw new IOException("pulled " + got + " of " + size + " bytes");
            }
        }
        return null;
    }
}

static String digest(byte[] content) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    return "sha256:" + HexFormat.of().formatHex(hash);
}

/** New bytes for each registry and round, as a registry keeps what it has seen. */
static String makeLarge(Path file, int megabytes, Random random) throws Exception {
    var hash = MessageDigest.getInstance("SHA-256");
    var block = new byte[1 << 20];
    random.nextBytes(block);
    try (var out = Files.newOutputStream(file)) {
        for (int i = 0; i < megabytes; i++) {
            block[0] = (byte) i;
            block[1] = (byte) (i >> 8);
            hash.update(block);
            out.write(block);
        }
    }
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
}

interface Work {
    void run(int number) throws Exception;
}

/** Does the work with every small blob, some at once. */
static Void each(Work work) throws Exception {
    var next = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            running.add(
                    threads.submit(
                            (Callable<?>)
                                    () -> {
                                        for (int n; (n = next.getAndIncrement()) < SMALL_BLOBS; ) {
                                            work.run(n);
                                        }
                                        return null;
                                    }));
        }
        for (Future<?> one : running) {
            one.get();
        }
    }
    return null;
}

static void round(Registry registry, Path file, int megabytes, Random random) throws Exception {
    String large = makeLarge(file, megabytes, random);
    registry.timed("push_large", () -> registry.push(large, BodyPublishers.ofFile(file)));
    registry.timed("pull_large", () -> registry.pull(large, Files.size(file)));
    var blobs = new byte[SMALL_BLOBS][SMALL_BYTES];
    var digests = new String[SMALL_BLOBS];
    for (int i = 0; i < SMALL_BLOBS; i++) {
        random.nextBytes(blobs[i]);
        digests[i] = digest(blobs[i]);
    }
    registry.timed(
            "push_small",
            () -> each(i -> registry.push(digests[i], BodyPublishers.ofByteArray(blobs[i]))));
    registry.timed("pull_small", () -> each(i -> registry.pull(digests[i], SMALL_BYTES)));
}

void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    var random = new Random();
    List<Registry> registries = new ArrayList<>();
    for (int i = 3; i < args.length; i += 3) {
        registries.add(new Registry(args[i], args[i + 1], args[i + 2]));
    }
    for (int i = 0; i < rounds; i++) {
        for (Registry registry : registries) {
            round(registry, Path.of(args[1]), Integer.parseInt(args[2]), random);
        }
    }
    CLIENT.close();
}
