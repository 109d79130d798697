package jong.manager.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.FutureTask;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;

/** Directory trees made and described by the system's own tools. */
public final class Trees {

    private Trees() {}

    /** Everything about each file but its inode number and content, a line or two each. */
    public static String listing(Path root) throws Exception {
        var text = new StringBuilder();
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted().toList()) {
                Object links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
                text.append(root.relativize(file)).append(' ').append(links);
                try (var fd = Fd.open(file, OpenHow.path().withoutFollowing())) {
                    for (String name : fd.attributes().names().stream().sorted().toList()) {
                        byte[] value = fd.attributes().get(name).orElseThrow();
                        text.append(' ').append(name).append('=');
                        text.append(HexFormat.of().formatHex(value));
                    }
                }
                text.append('\n');
            }
        }
        String script =
                "cd \"$0\" && find . -printf '%p %y %m %U %G %T@ %l\\n' | sort"
                        + " && find . -type c -exec stat -c '%n %t %T' {} +";
        return text + new String(run("sh", "-c", script, root.toString()), UTF_8);
    }

    /** Sets an extended attribute of the file itself. */
    public static void setAttribute(Path file, String name, byte[] value) throws Exception {
        try (var fd = Fd.open(file, OpenHow.path().withoutFollowing())) {
            fd.attributes().set(name, value);
        }
    }

    /** What needs a tree. */
    public interface Use {
        /** Uses it. */
        void run() throws Exception;
    }

    /** Uses a directory while directories, each named d, lie in it as deep as wished. */
    public static void withDeep(Path directory, int depth, Use use) throws Exception {
        OpenHow child = OpenHow.directory().withoutFollowing();
        try (var root = Directory.open(directory)) {
            root.makeDirectory("d", 0755);
            Directory last = root.openDirectory("d", child);
            for (int i = 1; i < depth; i++) {
                try (Directory parent = last) {
                    parent.makeDirectory("d", 0755);
                    last = parent.openDirectory("d", child);
                }
            }
            last.close();
            try {
                onSmallStack(use);
            } finally {
                root.removeTree("d");
            }
        }
    }

    /** On a stack as the daemon's threads have it. */
    private static void onSmallStack(Use use) throws Exception {
        var task =
                new FutureTask<Void>(() -> {
                    use.run();
                    return null;
                });
        new Thread(null, task, "small", 512 << 10).start();
        task.get();
    }

    /** Runs a shell script in a directory. */
    public static String shell(Path directory, String script) throws Exception {
        return new String(run("sh", "-euc", "cd \"$0\"; " + script, directory.toString()), UTF_8);
    }

    /** The output of a program that must succeed. */
    public static byte[] run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}
