package jong.runtime.cli;

import static jong.runtime.cli.Front.little;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import jong.linux.mounts.MountTable;
import jong.runtime.cli.Front.Request;
import jong.runtime.criu.CriuConnection;

/**
 * A program that the front started and carries messages to and from, which a JVM cannot: its socket
 * is one of messages, and descriptors come along. The front has one at a time.
 */
final class Partner implements CriuConnection {

    /** In its process: stdio, then the socket, then what it was given. */
    static final int FIRST_GIVEN = 4;

    private final Front front;
    private final int pid;

    private Partner(Front front, int pid) {
        this.front = front;
        this.pid = pid;
    }

    /**
     * How it is started.
     *
     * @param command the program's path and its arguments
     * @param paths what it gets open to be read, as {@link #FIRST_GIVEN} and on
     * @param subreaper whether the front inherits processes that lose their parent
     * @param view what it sees of the host's tree
     */
    record Start(List<String> command, List<String> paths, boolean subreaper, View view) {}

    /**
     * A tree of directories that only the partner sees in a second place.
     *
     * @param source where it is
     * @param target where the partner sees it, too; empty for nowhere
     * @param mountPoint the mount on which {@code target} lies
     */
    record View(String source, String target, String mountPoint) {

        static final View ALL = new View("", "", "");

        static View of(Path source, Path target) throws IOException {
            MountTable mounts = MountTable.read();
            Path mountPoint = target;
            while (mountPoint.getParent() != null && mounts.at(mountPoint).isEmpty()) {
                mountPoint = mountPoint.getParent();
            }
            return new View(source.toString(), target.toString(), mountPoint.toString());
        }
    }

    static Partner start(Front front, Start start) throws IOException {
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(number(start.subreaper() ? Front.SUBREAPER : 0));
        payload.writeBytes(number(start.command().size()));
        start.command().forEach(word -> payload.writeBytes(text(word)));
        payload.writeBytes(number(start.paths().size()));
        start.paths().forEach(path -> payload.writeBytes(text(path)));
        payload.writeBytes(text(start.view().mountPoint()));
        payload.writeBytes(text(start.view().source()));
        payload.writeBytes(text(start.view().target()));
        return new Partner(front, front.ask(Request.SPAWN, bytes(payload.toByteArray())).getInt());
    }

    private static byte[] number(int value) {
        return little(Integer.BYTES).putInt(value).array();
    }

    private static byte[] text(String value) {
        return Front.text(value).array();
    }

    private static ByteBuffer bytes(byte[] bytes) {
        return little(bytes.length).put(bytes);
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public void send(byte[] message) throws IOException {
        front.ask(
                Request.SEND,
                little(Integer.BYTES + message.length).putInt(message.length).put(message));
    }

    @Override
    public byte[] receive() throws IOException {
        return front.ask(Request.RECEIVE, little(0)).array();
    }

    /**
     * Gives the descriptor that came with the last message away: it is the master of the process's
     * terminal.
     *
     * @param consoleSocket the socket that gets it; if empty, the front copies the terminal
     */
    void giveTerminal(String consoleSocket) throws IOException {
        front.ask(Request.TAKE_TERMINAL, Front.text(consoleSocket));
    }

    @Override
    public int end() throws IOException {
        return front.ask(Request.REAP, little(0)).getInt();
    }
}
