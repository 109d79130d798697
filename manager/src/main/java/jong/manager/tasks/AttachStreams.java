package jong.manager.tasks;

/**
 * What an attachment is for.
 *
 * @param stdin whether the client's bytes go to the process
 * @param stdout whether the client gets its output
 * @param stderr whether the client gets its errors
 * @param closeStdin whether the process's input ends when the client's does (Docker's StdinOnce)
 */
public record AttachStreams(boolean stdin, boolean stdout, boolean stderr, boolean closeStdin) {

    /** All three streams; the process's input ends with the client's. */
    public static final AttachStreams ALL = new AttachStreams(true, true, true, true);

    /** Output and errors only. */
    public static final AttachStreams OUTPUT = new AttachStreams(false, true, true, false);
}
