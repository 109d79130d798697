package jong.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jong.runtime.cgroups.OomNotices;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.Plan;

/**
 * The program that the caller started, which started this one: it holds the caller's stdio and
 * descriptors, and does what only they or the kernel's own calls can (docs/front-protocol.md).
 *
 * <p>Used by one thread, one request after another. Not closed: its end is that of this process.
 */
final class Front {

    private static final int HEADER = Integer.BYTES + 1;
    private static final int KEEP_TERMINAL = 1;
    static final int SUBREAPER = 2;
    private static final int LAST = 1;

    /** What is asked for. */
    enum Request {
        LAUNCH(1),
        START(2),
        FOREGROUND(3),
        ABORT(4),
        SIGNAL(5),
        START_FIFO(6),
        MAKE_FIFO(7),
        SLEEP(8),
        READ_FD(9),
        SPAWN(10),
        SEND(11),
        RECEIVE(12),
        TAKE_TERMINAL(13),
        REAP(14),
        ADOPT(15),
        WRITE_FD(16),
        NOTIFY_LISTEN(20),
        NOTIFY_AWAIT(21),
        WATCH(22);

        private final int number;

        Request(int number) {
            this.number = number;
        }
    }

    private static final int ERROR = 65;
    private static final int WARNING = 72;

    /**
     * How a process is made beside its plan.
     *
     * @param keepTerminal whether the front copies the process's terminal from and to its own stdio
     * @param subreaper whether the front inherits processes that lose their parent
     * @param consoleSocket the socket that gets the terminal, or empty
     * @param pidfdSocket the socket that gets a descriptor of the process, or empty
     */
    record Manner(
            boolean keepTerminal, boolean subreaper, String consoleSocket, String pidfdSocket) {}

    /**
     * A process that exists.
     *
     * @param pid its id
     * @param startTime field 22 of its {@code /proc/PID/stat}
     */
    record Launched(int pid, long startTime) {}

    private final DataInputStream replies;
    private final OutputStream requests;
    private final Log log;

    /**
     * @param log gets the warnings
     */
    Front(InputStream replies, OutputStream requests, Log log) {
        this.replies = new DataInputStream(replies);
        this.requests = requests;
        this.log = log;
    }

    /** The one that started this process: its pipes are descriptors 3 and 4. */
    static Front ofThisProcess(Log log) throws IOException {
        return new Front(
                new FileInputStream("/proc/self/fd/3"),
                new FileOutputStream("/proc/self/fd/4"),
                log);
    }

    /** What is done with a process between its making and the end of its preparations. */
    interface Created {
        void accept(Launched process) throws IOException;
    }

    /**
     * Makes a process that stands before its start.
     *
     * @param created is told the process while it still prepares itself
     * @throws MonitorException if the plan cannot be carried out; nothing is left then
     */
    Launched launch(Plan plan, Manner manner, Created created) throws IOException {
        byte[] bytes = plan.encode();
        byte[] console = terminated(manner.consoleSocket());
        byte[] pidfd = terminated(manner.pidfdSocket());
        int bits = (manner.keepTerminal() ? KEEP_TERMINAL : 0) | (manner.subreaper ? SUBREAPER : 0);
        ByteBuffer payload =
                little(4 * Integer.BYTES + console.length + pidfd.length + bytes.length);
        payload.putInt(bits);
        payload.putInt(console.length).put(console).putInt(pidfd.length).put(pidfd);
        payload.putInt(bytes.length).put(bytes);
        ByteBuffer answer = ask(Request.LAUNCH, payload);
        var process = new Launched(answer.getInt(), answer.getLong());
        created.accept(process);
        answer();
        return process;
    }

    /** Lets the made process become its program. */
    void start() throws IOException {
        ask(Request.START, little(0));
    }

    /** Passes signals and the terminal on until the process has ended; its exit code. */
    int foreground() throws IOException {
        return ask(Request.FOREGROUND, little(Integer.BYTES).putInt(0)).getInt();
    }

    /** The same as this process's last wish: the front's status will be the process's. */
    void foregroundAndEnd() throws IOException {
        send(Request.FOREGROUND, little(Integer.BYTES).putInt(LAST));
    }

    /** Ends the made process. */
    void abort() throws IOException {
        ask(Request.ABORT, little(0));
    }

    /**
     * Sends a signal to any process.
     *
     * @throws MonitorException ESRCH if it has ended, also if its id is another's by now
     */
    void signal(Launched process, int signo) throws IOException {
        ask(
                Request.SIGNAL,
                little(2 * Integer.BYTES + Long.BYTES)
                        .putInt(process.pid)
                        .putLong(process.startTime)
                        .putInt(signo));
    }

    /** Starts the process that waits at this file; returns when it has become its program. */
    void startFifo(String path) throws IOException {
        ask(Request.START_FIFO, text(path));
    }

    /** Makes the file that a process can wait at. */
    void makeFifo(String path) throws IOException {
        ask(Request.MAKE_FIFO, text(path));
    }

    /**
     * Makes {@link #sleep} wake for a process's end and for lack of memory.
     *
     * @param notices where that is told, if anywhere
     * @throws MonitorException ESRCH if the process has ended
     */
    void watch(Launched process, Optional<OomNotices> notices) throws IOException {
        byte[] file = terminated(notices.map(OomNotices::file).orElse(""));
        byte[] control = terminated(notices.map(OomNotices::control).orElse(""));
        ask(
                Request.WATCH,
                little(3 * Integer.BYTES + Long.BYTES + file.length + control.length)
                        .putInt(process.pid)
                        .putLong(process.startTime)
                        .putInt(file.length)
                        .put(file)
                        .putInt(control.length)
                        .put(control));
    }

    /**
     * Why a sleep ended.
     *
     * @param announcements how often lack of memory was announced since the last
     * @param ended whether the watched process has ended
     */
    record Woken(long announcements, boolean ended) {}

    /**
     * Lets time pass, or waits for what is watched. Asked from the front because its end must end
     * the waiting, too.
     *
     * @throws EOFException when the front has gone
     */
    Woken sleep(int millis) throws IOException {
        ByteBuffer answer = ask(Request.SLEEP, little(Integer.BYTES).putInt(millis));
        return new Woken(Integer.toUnsignedLong(answer.getInt()), answer.getInt() != 0);
    }

    /**
     * What one of the caller's descriptors gives to its end.
     *
     * @throws MonitorException EBADF if the caller gave none of that number
     */
    byte[] readDescriptor(int descriptor) throws IOException {
        return ask(Request.READ_FD, little(Integer.BYTES).putInt(descriptor)).array();
    }

    /**
     * Makes a socket at which a container's program can say that it is ready.
     *
     * @param path where it is made
     * @param manager the socket to which that goes on
     */
    void listenForReadiness(String path, String manager) throws IOException {
        byte[] first = terminated(path);
        byte[] second = terminated(manager);
        ask(
                Request.NOTIFY_LISTEN,
                little(2 * Integer.BYTES + first.length + second.length)
                        .putInt(first.length)
                        .put(first)
                        .putInt(second.length)
                        .put(second));
    }

    /** Returns when the program has said that it is ready and that went on, or it has ended. */
    void awaitReadiness(Launched process) throws IOException {
        ask(
                Request.NOTIFY_AWAIT,
                little(Integer.BYTES + Long.BYTES).putInt(process.pid).putLong(process.startTime));
    }

    /**
     * Writes to one of the caller's descriptors.
     *
     * @param last whether it is closed then
     * @throws MonitorException EBADF if the caller gave none of that number to be written
     */
    void writeDescriptor(int descriptor, byte[] bytes, boolean last) throws IOException {
        ask(
                Request.WRITE_FD,
                little(3 * Integer.BYTES + bytes.length)
                        .putInt(descriptor)
                        .putInt(last ? LAST : 0)
                        .putInt(bytes.length)
                        .put(bytes));
    }

    /**
     * Takes a process over that its partner made: from here on it is as one that was launched and
     * started.
     *
     * @throws MonitorException ECHILD if it is not the front's child
     */
    Launched adopt(int pid) throws IOException {
        ByteBuffer answer = ask(Request.ADOPT, little(Integer.BYTES).putInt(pid));
        return new Launched(answer.getInt(), answer.getLong());
    }

    static ByteBuffer text(String path) {
        byte[] bytes = terminated(path);
        return little(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    static byte[] terminated(String text) {
        return (text + '\0').getBytes(UTF_8);
    }

    static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sends a request whose payload was put into the buffer; the payload of its reply. */
    ByteBuffer ask(Request request, ByteBuffer payload) throws IOException {
        send(request, payload);
        return answer();
    }

    private void send(Request request, ByteBuffer payload) throws IOException {
        var frame = new byte[HEADER + payload.position()];
        ByteBuffer fields = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(payload.position()).put((byte) request.number).put(payload.flip());
        requests.write(frame);
        requests.flush();
    }

    private ByteBuffer answer() throws IOException {
        while (true) {
            int length = Integer.reverseBytes(replies.readInt());
            int type = replies.readUnsignedByte();
            ByteBuffer payload =
                    ByteBuffer.wrap(replies.readNBytes(length)).order(ByteOrder.LITTLE_ENDIAN);
            if (payload.remaining() < length) {
                throw new EOFException("the front ended");
            }
            switch (type) {
                case ERROR -> throw failure(payload);
                case WARNING -> log.warning(string(payload));
                default -> {
                    return payload;
                }
            }
        }
    }

    private static MonitorException failure(ByteBuffer payload) throws IOException {
        try {
            return new MonitorException(
                    payload.getInt(), payload.getInt(), payload.getInt(), string(payload));
        } catch (BufferUnderflowException e) {
            throw new IOException("the front's error is too short", e);
        }
    }

    private static String string(ByteBuffer payload) {
        var bytes = new byte[payload.getInt()];
        payload.get(bytes);
        return new String(bytes, 0, Math.max(bytes.length - 1, 0), UTF_8);
    }
}
