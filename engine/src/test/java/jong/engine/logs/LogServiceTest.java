package jong.engine.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogServiceTest {

    private static final long MIN = Long.MIN_VALUE;
    private static final long MAX = Long.MAX_VALUE;

    @TempDir Path directory;
    private Path log;

    @BeforeEach
    void name() {
        log = directory.resolve("x-json.log");
    }

    @Test
    void framesHaveStreamAndLength() throws IOException {
        write(line("out\n", "stdout", 1), line("err\n", "stderr", 2));
        assertThat(read(new LogRequest(true, true, -1, MIN, MAX, false, false, true)))
                .isEqualTo("\1\0\0\0\0\0\0\4out\n\2\0\0\0\0\0\0\4err\n");
    }

    @Test
    void timestampsHaveNineDigits() throws IOException {
        Files.writeString(
                log,
                """
                {"log":"a\\n","stream":"stdout","time":"2026-11-21T23:37:13.7495Z"}
                {"log":"b\\n","stream":"stdout","time":"2026-11-21T23:37:14Z"}
                {"log":"c\\n","stream":"stdout","time":"2026-11-21T23:37:14.123456789Z"}
                """);
        assertThat(read(new LogRequest(true, true, -1, MIN, MAX, true, false, false)))
                .isEqualTo(
                        """
                        2026-11-21T23:37:13.749500000Z a
                        2026-11-21T23:37:14.000000000Z b
                        2026-11-21T23:37:14.123456789Z c
                        """);
    }

    @Test
    void detailsComeSortedBeforeTheText() throws IOException {
        Files.writeString(
                log,
                "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"attrs\":{\"z\":\"}\\\"\",\"b\":\"1\"},"
                        + "\"time\":\"2026-11-21T23:37:14Z\"}\n"
                        + line("b\n", "stdout", 1));
        assertThat(read(new LogRequest(true, true, -1, MIN, MAX, false, true, false)))
                .isEqualTo("b=1,z=}\" a\n b\n");
    }

    @Test
    void tailCountsLinesOfBothStreamsAndOlderFiles() throws IOException {
        Files.writeString(older(2), line("1\n", "stdout", 1) + line("2\n", "stdout", 2));
        Files.writeString(older(1), line("3\n", "stdout", 3) + line("4\n", "stderr", 4));
        write(line("5\n", "stdout", 5), line("6\n", "stdout", 6));
        assertThat(tail(0)).isEmpty();
        assertThat(tail(1)).isEqualTo("6\n");
        assertThat(tail(2)).isEqualTo("5\n6\n");
        assertThat(tail(3)).isEqualTo("4\n5\n6\n");
        assertThat(tail(5)).isEqualTo("2\n3\n4\n5\n6\n");
        assertThat(tail(6)).isEqualTo("1\n2\n3\n4\n5\n6\n");
        assertThat(tail(100)).isEqualTo("1\n2\n3\n4\n5\n6\n");
        assertThat(tail(-1)).isEqualTo("1\n2\n3\n4\n5\n6\n");
        assertThat(read(new LogRequest(true, false, 3, MIN, MAX, false, false, false)))
                .isEqualTo("5\n6\n");
    }

    @Test
    void sinceAndUntilAreInclusive() throws IOException {
        write(line("1\n", "stdout", 1), line("2\n", "stdout", 2), line("3\n", "stdout", 3));
        assertThat(read(new LogRequest(true, true, -1, 2_000_000_000L, MAX, false, false, false)))
                .isEqualTo("2\n3\n");
        assertThat(read(new LogRequest(true, true, -1, MIN, 2_000_000_000L, false, false, false)))
                .isEqualTo("1\n2\n");
    }

    /** A client of a long log gets few frames, and the same bytes in the same order. */
    @Test
    void longLogsShareFramesButLoseNothing() throws IOException {
        var lines = new StringBuilder();
        var expected = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            String stream = i % 1000 < 3 ? "stderr" : "stdout";
            lines.append(line("line " + i + "\n", stream, 1));
            expected.append("line ").append(i).append('\n');
        }
        Files.writeString(log, lines);
        var out = new ByteArrayOutputStream();
        LogService.read(log, new LogRequest(true, true, -1, MIN, MAX, false, false, true), out);
        ByteBuffer frames = ByteBuffer.wrap(out.toByteArray());
        var text = new StringBuilder();
        int count = 0;
        while (frames.hasRemaining()) {
            int stream = frames.getInt() >>> 24;
            byte[] payload = new byte[frames.getInt()];
            frames.get(payload);
            String part = new String(payload, UTF_8);
            long number = Long.parseLong(part.lines().findFirst().orElseThrow().substring(5));
            assertThat(stream).isEqualTo(number % 1000 < 3 ? 2 : 1);
            text.append(part);
            count++;
        }
        assertThat(text.toString()).isEqualTo(expected.toString());
        assertThat(count).isBetween(3000, 6000);
    }

    @Test
    void missingFileIsAnEmptyLog() throws IOException {
        assertThat(tail(-1)).isEmpty();
    }

    @Test
    void damagedAndUnfinishedLinesAreLeftOut() throws IOException {
        write("garbage\n", "{\"log\":\"x\n", line("good\n", "stdout", 1), "{\"log\":\"half");
        assertThat(tail(-1)).isEqualTo("good\n");
    }

    @Test
    void followSeesGrowthAndRotationAndStopsAtTheEnd() throws Exception {
        write(line("1\n", "stdout", 1));
        var ended = new AtomicBoolean();
        var first = new CountDownLatch(1);
        var out =
                new ByteArrayOutputStream() {
                    @Override
                    public synchronized void write(byte[] bytes, int from, int length) {
                        super.write(bytes, from, length);
                        first.countDown();
                    }
                };
        var request = new LogRequest(true, true, -1, MIN, MAX, false, false, false);
        Thread follower =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                LogService.follow(log, request, out, ended::get);
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
        append(line("2\n", "stdout", 2));
        Files.move(log, older(1));
        write(line("3\n", "stdout", 3));
        Files.move(older(1), older(2));
        Files.move(log, older(1));
        write(line("4\n", "stdout", 4));
        append(line("5\n", "stdout", 5));
        ended.set(true);
        follower.join();
        assertThat(out.toString(UTF_8)).isEqualTo("1\n2\n3\n4\n5\n");
    }

    @RepeatedTest(20)
    void unescapesWhatJsonEscapes() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            int kind = random.nextInt(6);
            text.appendCodePoint(
                    kind == 0
                            ? random.nextInt(0x20)
                            : kind == 1
                                    ? 0x1f300 + random.nextInt(100)
                                    : kind == 2
                                            ? 0x20ac + random.nextInt(50)
                                            : 0x20 + random.nextInt(0x60));
        }
        String escaped = Json.write(text.toString());
        if (random.nextBoolean()) {
            escaped = asciiOnly(escaped);
        }
        write(
                "{\"log\":"
                        + escaped
                        + ",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}\n");
        assertThat(tail(-1)).as("seed %d", seed).isEqualTo(text.toString());
    }

    @RepeatedTest(20)
    void foreignBytesNeverBreakTheReader() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] bytes = line("text \u20ac \\n \"q\" \n", "stdout", 1).getBytes(UTF_8);
        for (int i = 0; i < 10; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        Files.write(log, bytes);
        // Whatever comes out: no exception, and never more than what the file holds.
        assertThat(tail(-1).length()).as("seed %d", seed).isLessThanOrEqualTo(bytes.length);
    }

    private static String asciiOnly(String text) {
        var out = new StringBuilder();
        for (char c : text.toCharArray()) {
            out.append(c < 0x80 ? Character.toString(c) : String.format("\\u%04x", (int) c));
        }
        return out.toString();
    }

    private String tail(long lines) throws IOException {
        return read(new LogRequest(true, true, lines, MIN, MAX, false, false, false));
    }

    private String read(LogRequest request) throws IOException {
        var out = new ByteArrayOutputStream();
        LogService.read(log, request, out);
        return out.toString(UTF_8);
    }

    private void write(String... lines) throws IOException {
        Files.writeString(log, String.join("", lines));
    }

    private void append(String line) throws IOException {
        Files.writeString(log, line, StandardOpenOption.APPEND);
    }

    private Path older(int age) {
        return directory.resolve("x-json.log." + age);
    }

    private static String line(String text, String stream, int second) {
        return Json.write(
                        new JsonObject()
                                .with("log", text)
                                .with("stream", stream)
                                .with("time", "1970-01-01T00:00:0" + second + "Z"))
                + "\n";
    }
}
