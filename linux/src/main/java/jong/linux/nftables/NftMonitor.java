package jong.linux.nftables;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jong.linux.ErrnoException;
import jong.linux.messages.NetlinkListener;
import jong.linux.messages.NetlinkSocket;

/**
 * Tells what others change in nf_tables, in the network namespace of the thread that opened it.
 * {@link #await} by one platform thread, which it holds; {@link #wake} by any.
 */
public final class NftMonitor implements AutoCloseable {
    private static final int NFNLGRP_NFTABLES = 7;

    private final NetlinkListener listener;
    private final int own;

    /**
     * What was changed.
     *
     * @param changes in order
     * @param incomplete whether there were more than the kernel keeps, and some are not among them
     */
    public record News(List<NftChange> changes, boolean incomplete) {
        /** Copies the list. */
        public News {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Begins to listen.
     *
     * @param own whose changes are not told
     */
    public NftMonitor(NftSocket own) throws ErrnoException {
        this.own = own.port();
        listener = new NetlinkListener(NetlinkSocket.NETFILTER, NFNLGRP_NFTABLES);
    }

    /**
     * Waits for changes. None when the time is over, once {@link #wake} was called, or when there
     * were others' only of kinds that {@link NftChange} does not know.
     *
     * @param longest how long to wait; zero without an end
     */
    public News await(Duration longest) throws ErrnoException {
        var received = listener.await(longest);
        var changes =
                received.messages().stream()
                        .filter(message -> message.port() != own)
                        .map(NftChange::read)
                        .flatMap(Optional::stream)
                        .toList();
        return new News(changes, received.incomplete());
    }

    /** Ends all waiting, for good. */
    public void wake() throws ErrnoException {
        listener.wake();
    }

    /** Once nobody waits any more. */
    @Override
    public void close() {
        listener.close();
    }
}
