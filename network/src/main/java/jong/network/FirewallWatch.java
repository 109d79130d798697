package jong.network;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import jong.linux.ErrnoException;
import jong.linux.nftables.NftMonitor;
import jong.linux.nftables.NftSocket;

/**
 * Puts back what others take away of the packet filter, as {@code nft flush ruleset}, a reload of
 * firewalld or a start of dockerd do: Jong's table, and its passes in others' chains.
 *
 * <p>One platform thread, which sleeps in the kernel until somebody changes nf_tables. Changes of
 * this engine do not count, so that its own repairs cause none; and it waits for others to finish
 * theirs, but not for long, so that somebody who never finishes sees two repairs a second at most.
 */
final class FirewallWatch implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FirewallWatch.class.getName());
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMillis(500);

    private final NftMonitor monitor;
    private final Firewall firewall;
    private final ForeignFirewall foreign;
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to watch, in the network namespace of the calling thread. */
    FirewallWatch(NftSocket socket, Firewall firewall, ForeignFirewall foreign)
            throws ErrnoException {
        this.firewall = firewall;
        this.foreign = foreign;
        monitor = new NftMonitor(socket);
        thread = Thread.ofPlatform().daemon().name("firewall-watch").start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                var news = monitor.await(Duration.ZERO);
                if (concerns(news)) {
                    repairAfter(news);
                }
            }
        } catch (ErrnoException e) {
            LOG.log(Level.ERROR, "the packet filter is watched no longer: " + e.getMessage(), e);
        }
    }

    private boolean concerns(NftMonitor.News news) {
        return news.incomplete()
                || news.changes().stream()
                        .anyMatch(change -> firewall.isDamage(change) || foreign.concerns(change));
    }

    private void repairAfter(NftMonitor.News first) throws ErrnoException {
        long start = System.nanoTime();
        boolean damaged = isDamage(first);
        var more = monitor.await(QUIET);
        while (!more.changes().isEmpty() && System.nanoTime() - start < LONGEST.toNanos()) {
            damaged |= isDamage(more);
            more = monitor.await(QUIET);
        }
        if (!closed) {
            repair(damaged || isDamage(more));
        }
    }

    private boolean isDamage(NftMonitor.News news) {
        return news.changes().stream().anyMatch(firewall::isDamage);
    }

    private void repair(boolean damaged) {
        try {
            if (damaged || firewall.isDamaged()) {
                firewall.restore();
                LOG.log(Level.INFO, "the packet filter's rules were changed by others: restored");
            }
            foreign.restore();
        } catch (ErrnoException e) {
            LOG.log(Level.WARNING, "the packet filter cannot be restored: " + e.getMessage(), e);
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
        try {
            monitor.wake();
            thread.join();
            monitor.close();
        } catch (ErrnoException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
