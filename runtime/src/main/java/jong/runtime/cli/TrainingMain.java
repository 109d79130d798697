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
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Runs the commands that callers use most, so that the build can record the classes they need. The
 * front is an imagined one, which says that all is well: no process is made.
 */
public final class TrainingMain {

    private static final int OK = 64;
    private static final int CREATED = 66;

    /** A process that has ended: of this id there never was one. */
    private static final Front.Launched NOBODY = new Front.Launched(0, 0);

    private TrainingMain() {}

    /** Prints what the commands print; the caller's log shows how far the training came. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("jong-train");
        try {
            Files.createDirectory(directory.resolve("rootfs"));
            train(directory);
        } finally {
            deleteFiles(directory.resolve("state").resolve(FilterCache.DIRECTORY));
            for (String name : List.of("rootfs", "config.json", "state", "log", "pid", "")) {
                Files.deleteIfExists(directory.resolve(name));
            }
        }
    }

    private static void deleteFiles(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static void train(Path directory) throws IOException {
        String id = "jong-train-" + ProcessHandle.current().pid();
        String bundle = directory.toString();
        String pidFile = directory.resolve("pid").toString();
        run(directory, NOBODY, "--version");
        run(directory, NOBODY, "features");
        run(directory, NOBODY, "spec", "--bundle", bundle);
        change(directory.resolve("config.json"), TrainingMain::asEnginesWriteIt);
        int self = (int) ProcessHandle.current().pid();
        var alive = new Front.Launched(self, ProcessTime.startTime(self));
        run(directory, alive, "create", "--bundle", bundle, "--pid-file", pidFile, id);
        run(directory, alive, "state", id);
        Files.createFile(directory.resolve("state").resolve(id).resolve("exec.fifo"));
        run(directory, alive, "start", id);
        run(directory, alive, "exec", "-d", id, "true");
        run(directory, alive, "update", "--pids-limit", "100", id);
        run(directory, alive, "events", "--stats", id);
        run(directory, alive, "ps", "--format", "json", id);
        run(directory, alive, "list");
        run(directory, alive, "kill", id, "TERM");
        change(directory.resolve("state").resolve(id).resolve("state.json"), TrainingMain::end);
        run(directory, NOBODY, "delete", id);
        run(directory, NOBODY, "delete", "--force", id);
        run(directory, NOBODY, "run", "--bundle", bundle, id);
        run(directory, NOBODY, "state", id);
    }

    /** With a filter: the first container compiles it, the next one finds it kept. */
    private static void asEnginesWriteIt(JsonObject config) {
        config.object("process").with("terminal", false);
        config.object("linux")
                .with(
                        "seccomp",
                        Json.parseObject(
                                """
                                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
                                 "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
                                 "syscalls": [
                                  {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                                  {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
                                  {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
                                   "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]}]}
                                """));
    }

    private static void end(JsonObject state) {
        state.with("init_process_pid", 0);
    }

    private static void change(Path file, java.util.function.Consumer<JsonObject> change)
            throws IOException {
        JsonObject json = Json.parseObject(Files.readAllBytes(file));
        change.accept(json);
        Files.write(file, Json.writeBytes(json));
    }

    private static void run(Path directory, Front.Launched process, String... words)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.addAll(List.of("--root", directory.resolve("state").toString()));
        line.addAll(List.of("--log", directory.resolve("log").toString(), "--log-format", "json"));
        line.addAll(List.of(words));
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        var front = new Imagined(process);
        var log = new Log("", false, false, out);
        RuntimeMain.run(line, out, out, new Front(front.replies(), front, log));
    }

    /** Takes requests and has an answer ready for each. */
    private static final class Imagined extends OutputStream {
        private static final int TYPE_AT = Integer.BYTES;
        private static final int LAUNCH = 1;
        private static final int FOREGROUND = 3;
        private static final int LONGEST = 12;

        private final Front.Launched process;
        private InputStream waiting = InputStream.nullInputStream();

        Imagined(Front.Launched process) {
            this.process = process;
        }

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

        /** The exit code of FOREGROUND is that of nobody, too. */
        private byte[] answer(int type, int length) {
            ByteBuffer answer =
                    ByteBuffer.allocate(TYPE_AT + 1 + LONGEST).order(ByteOrder.LITTLE_ENDIAN);
            answer.putInt(length).put((byte) type);
            answer.putInt(type == CREATED ? process.pid() : 0).putLong(process.startTime());
            return java.util.Arrays.copyOf(answer.array(), TYPE_AT + 1 + length);
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
