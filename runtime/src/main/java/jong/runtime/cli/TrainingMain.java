package jong.runtime.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the commands that callers use most, so that the build can record the classes they need. The
 * front is an imagined one, which says that all is well: no process is made.
 */
public final class TrainingMain {

    private static final int OK = 64;
    private static final int CREATED = 66;

    private TrainingMain() {}

    /** Prints what the commands print; the caller's log shows how far the training came. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("jong-train");
        try {
            Files.createDirectory(directory.resolve("rootfs"));
            train(directory);
        } finally {
            for (String name : List.of("rootfs", "config.json", "state", "log", "pid", "")) {
                Files.deleteIfExists(directory.resolve(name));
            }
        }
    }

    private static void train(Path directory) throws IOException {
        String id = "jong-train-" + ProcessHandle.current().pid();
        String bundle = directory.toString();
        String pidFile = directory.resolve("pid").toString();
        run(directory, "--version");
        run(directory, "features");
        run(directory, "spec", "--bundle", bundle);
        run(directory, "create", "--bundle", bundle, "--pid-file", pidFile, id);
        run(directory, "state", id);
        run(directory, "start", id);
        run(directory, "exec", "-d", id, "true");
        run(directory, "ps", "--format", "json", id);
        run(directory, "list");
        run(directory, "kill", id, "TERM");
        run(directory, "delete", "--force", id);
        run(directory, "run", "--bundle", bundle, id);
        run(directory, "state", id);
    }

    private static void run(Path directory, String... words) throws IOException {
        List<String> line = new ArrayList<>();
        line.addAll(List.of("--root", directory.resolve("state").toString()));
        line.addAll(List.of("--log", directory.resolve("log").toString(), "--log-format", "json"));
        line.addAll(List.of(words));
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        var front = new Imagined();
        RuntimeMain.run(
                line, out, out, new Front(front.replies(), front, new Log("", false, false, out)));
    }

    /** Takes requests and has an answer ready for each. */
    private static final class Imagined extends OutputStream {
        private static final int TYPE_AT = Integer.BYTES;
        private static final int LAUNCH = 1;
        private static final int FOREGROUND = 3;
        private static final int LONGEST = 12;

        private InputStream waiting = InputStream.nullInputStream();

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("requests come whole");
        }

        @Override
        public void write(byte[] request, int offset, int length) {
            var answers = new ByteArrayOutputStream();
            int type = request[TYPE_AT];
            answers.writeBytes(answer(type == LAUNCH ? CREATED : OK, payload(type)));
            if (type == LAUNCH) {
                answers.writeBytes(answer(OK, 0));
            }
            waiting = new ByteArrayInputStream(answers.toByteArray());
        }

        private static int payload(int request) {
            return request == LAUNCH ? LONGEST : request == FOREGROUND ? Integer.BYTES : 0;
        }

        /** All fields 0: a process of that id there never was. */
        private static byte[] answer(int type, int length) {
            return ByteBuffer.allocate(TYPE_AT + 1 + length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(length)
                    .put((byte) type)
                    .array();
        }

        InputStream replies() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    return waiting.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return waiting.read(bytes, offset, length);
                }
            };
        }
    }
}
