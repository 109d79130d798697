package jong.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A volume plugin, as a program of its own: {@code PluginProgram SOCKET STATE}. A volume is the
 * directory {@code STATE/volumes/NAME}, which is bound at {@code STATE/mounts/NAME} for as long as
 * there are files {@code STATE/ids/NAME/ID}. What it is asked stands in {@code STATE/log}. The word
 * in {@code STATE/mode} makes it misbehave.
 */
final class PluginProgram {

    private static final String TYPE = "Content-Type: application/vnd.docker.plugins.v1.2+json\r\n";

    private final Path state;

    private PluginProgram(Path state) {
        this.state = state;
    }

    /** Serves until it is killed. */
    public static void main(String[] args) throws IOException {
        var program = new PluginProgram(Path.of(args[1]));
        for (String directory : List.of("volumes", "mounts", "ids")) {
            Files.createDirectories(program.state.resolve(directory));
        }
        Path socket = Path.of(args[0]);
        Files.deleteIfExists(socket);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            System.out.println("ready");
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> program.serve(client));
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(client));
            String method = line(in).split(" ")[1].substring(1);
            int length = 0;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            String body = new String(in.readNBytes(length), UTF_8);
            answer(method, body, Channels.newOutputStream(client));
        } catch (IOException | InterruptedException e) {
            System.err.println(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private void answer(String method, String body, OutputStream out)
            throws IOException, InterruptedException {
        String text;
        switch (mode()) {
            case "hang" -> Thread.sleep(1_000_000);
            case "garbage" -> out.write("\0\1\2 what is this\r\n\r\n".getBytes(UTF_8));
            case "huge" -> {
                text = "{\"Volumes\":[],\"x\":\"" + "x".repeat(10 << 20) + "\"}";
                send(200, text, out);
            }
            case "words" -> send(200, "[1, 2]", out);
            case "refuse" -> send(200, "{\"Err\":\"no, I will not\"}", out);
            default -> {
                text = handle(method, member("Name", body), member("ID", body), body);
                send(text.startsWith("{\"Err\":\"") ? 500 : 200, text, out);
            }
        }
    }

    private String mode() throws IOException {
        Path file = state.resolve("mode");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private static void send(int status, String text, OutputStream out) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        var head = "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n";
        out.write(head.formatted(status, TYPE, bytes.length).getBytes(UTF_8));
        out.write(bytes);
        out.flush();
    }

    private static String member(String name, String json) {
        var matcher = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Who reads in the log what was asked finds it done. */
    private synchronized String handle(String method, String name, String id, String body)
            throws IOException, InterruptedException {
        String answer = answer(method, name, id);
        log(method + " " + name + " " + id + (body.contains("\"Opts\":{") ? " " + body : ""));
        return answer;
    }

    private String answer(String method, String name, String id)
            throws IOException, InterruptedException {
        Path volume = state.resolve("volumes").resolve(name);
        return switch (method) {
            case "Plugin.Activate" -> "{\"Implements\":[\"VolumeDriver\"]}";
            case "VolumeDriver.Capabilities" -> "{\"Capabilities\":{\"Scope\":\"Global\"}}";
            case "VolumeDriver.Create" -> {
                Files.createDirectories(volume);
                yield "{}";
            }
            case "VolumeDriver.Remove" -> {
                run("rm", "-rf", volume.toString());
                yield "{}";
            }
            case "VolumeDriver.List" -> "{\"Volumes\":[" + String.join(",", all()) + "]}";
            case "VolumeDriver.Get" ->
                    Files.isDirectory(volume)
                            ? "{\"Volume\":" + described(name, true) + "}"
                            : "{\"Err\":\"no such volume here\"}";
            case "VolumeDriver.Path" -> "{\"Mountpoint\":\"" + place(name) + "\"}";
            case "VolumeDriver.Mount" -> mount(name, id);
            case "VolumeDriver.Unmount" -> unmount(name, id);
            default -> "{\"Err\":\"unknown " + method + "\"}";
        };
    }

    private String mount(String name, String id) throws IOException, InterruptedException {
        Path ids = Files.createDirectories(state.resolve("ids").resolve(name));
        if (ids(name).isEmpty()) {
            Files.createDirectories(place(name));
            run("mount", "--bind", state.resolve("volumes/" + name).toString(), "" + place(name));
        }
        Files.writeString(ids.resolve(id), "");
        return "{\"Mountpoint\":\"" + place(name) + "\"}";
    }

    private String unmount(String name, String id) throws IOException, InterruptedException {
        if (!Files.deleteIfExists(state.resolve("ids").resolve(name).resolve(id))) {
            return "{\"Err\":\"" + name + " is not mounted for " + id + "\"}";
        }
        if (ids(name).isEmpty()) {
            run("umount", "" + place(name));
        }
        return "{}";
    }

    private List<Path> ids(String name) throws IOException {
        try (var files = Files.list(state.resolve("ids").resolve(name))) {
            return files.toList();
        }
    }

    private List<String> all() throws IOException {
        List<String> all = new ArrayList<>();
        try (var files = Files.list(state.resolve("volumes"))) {
            for (Path file : files.sorted().toList()) {
                all.add(described(file.getFileName().toString(), false));
            }
        }
        return all;
    }

    private static String described(String name, boolean status) {
        return "{\"Name\":\"%s\",\"CreatedAt\":\"2026-01-02T03:04:05Z\"%s}"
                .formatted(name, status ? ",\"Status\":{\"shelf\":7}" : "");
    }

    private Path place(String name) {
        return state.resolve("mounts").resolve(name);
    }

    private void log(String text) throws IOException {
        Files.writeString(
                state.resolve("log"),
                text.strip() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }
}
