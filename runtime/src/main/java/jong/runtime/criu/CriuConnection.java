package jong.runtime.criu;

import java.io.IOException;

/** A running {@code criu swrk 3}: a process with a socket of messages. For one thread. */
public interface CriuConnection {

    /** Its process. */
    int pid();

    /** Sends one message. */
    void send(byte[] message) throws IOException;

    /** Waits for the next message; empty when it has closed its end. */
    byte[] receive() throws IOException;

    /** Closes the socket and waits until it has ended; its exit status, 128 + n after signal n. */
    int end() throws IOException;
}
