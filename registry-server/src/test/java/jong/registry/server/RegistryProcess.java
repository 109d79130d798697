package jong.registry.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry in a process of its own, which can be killed. */
final class RegistryProcess implements AutoCloseable {

    private static final Pattern SERVING = Pattern.compile("registry on \\S+:(\\d+)");

    /** Closed with the process of the tests: closing waits for requests that nobody answers. */
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final String authority;

    /**
     * Starts a registry; it serves when this returns.
     *
     * @param log what it says goes there
     */
    RegistryProcess(Path root, Path log, String... flags) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath(),
                                RegistryMain.class.getName(),
                                "serve",
                                "--root",
                                root.toString(),
                                "--listen",
                                "127.0.0.1:0"));
        command.addAll(List.of(flags));
        this.log = log;
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        authority = "127.0.0.1:" + awaitLog(SERVING).group(1);
    }

    /** The module under test too: it is on the module path here. */
    private static String classPath() {
        return String.join(
                ":",
                System.getProperty("java.class.path"),
                System.getProperty("jdk.module.path", ""));
    }

    /** Waits until the registry says something. */
    void awaitLog(String text) throws IOException, InterruptedException {
        awaitLog(Pattern.compile(Pattern.quote(text)));
    }

    private MatchResult awaitLog(Pattern pattern) throws IOException, InterruptedException {
        while (true) {
            Matcher said = pattern.matcher(Files.readString(log));
            if (said.find()) {
                return said.toMatchResult();
            }
            if (!process.isAlive()) {
                throw new IOException("the registry has ended: " + Files.readString(log));
            }
            Thread.sleep(10);
        }
    }

    /** Where it serves, host and port. */
    String authority() {
        return authority;
    }

    /** Sends a request; header names and values take turns. */
    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://" + authority + path))
                        .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    /** Sends SIGHUP. */
    void hangUp() throws IOException, InterruptedException {
        String pid = String.valueOf(process.pid());
        new ProcessBuilder("kill", "-HUP", pid).inheritIO().start().waitFor();
    }

    /** Ends the process as a crash does; returns when it has ended. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
