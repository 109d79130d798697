package jong.network.names;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jong.linux.netlink.NetworkNamespace;

/**
 * Asks other servers, one after the other, and passes their answers on as they are. One per
 * sandbox; one virtual thread per query.
 */
final class Forwarder {
    private static final Logger LOG = System.getLogger(Forwarder.class.getName());

    /** Queries under way; Docker's. */
    private static final int MOST_AT_ONCE = 1024;

    /** Queries that wait for their turn, or are under way. */
    private static final int MOST_WAITING = 2 * MOST_AT_ONCE;

    private static final int REFUSED = 5;
    private static final int SERVER_FAILURE = 2;

    private final NetworkNamespace sandbox;
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
    private final Semaphore places = new Semaphore(MOST_WAITING);
    private final Semaphore placesOfAll;

    /**
     * Makes one that asks from a sandbox's network, where its upstreams want that.
     *
     * @param placesOfAll for the queries of all sandboxes together that wait or are under way
     */
    Forwarder(NetworkNamespace sandbox, Semaphore placesOfAll) {
        this.sandbox = sandbox;
        this.placesOfAll = placesOfAll;
    }

    /**
     * Asks for what a query wants, and hands an answer over, whatever happens. Does not wait.
     *
     * @param exchange UDP or TCP, as the client came
     */
    void forward(
            Query query, List<Upstream> upstreams, Exchange exchange, Consumer<byte[]> client) {
        if (!enter()) {
            client.accept(refusal(query));
            return;
        }
        Thread.ofVirtual()
                .name("name query")
                .start(() -> {
                    try {
                        client.accept(answerInTurn(query, upstreams, exchange));
                    } finally {
                        leave();
                    }
                });
    }

    /** As {@link #forward}, waiting for the answer. */
    byte[] answer(Query query, List<Upstream> upstreams, Exchange exchange) {
        if (!enter()) {
            return refusal(query);
        }
        try {
            return answerInTurn(query, upstreams, exchange);
        } finally {
            leave();
        }
    }

    private boolean enter() {
        if (!places.tryAcquire()) {
            return false;
        }
        if (!placesOfAll.tryAcquire()) {
            places.release();
            return false;
        }
        return true;
    }

    private void leave() {
        placesOfAll.release();
        places.release();
    }

    private byte[] answerInTurn(Query query, List<Upstream> upstreams, Exchange exchange) {
        try {
            if (!turns.tryAcquire(Exchange.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return refusal(query);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(query);
        }
        try {
            return upstreams.stream()
                    .flatMap(upstream -> ask(query, upstream, exchange).stream())
                    .findFirst()
                    .orElseGet(() -> failure(query));
        } finally {
            turns.release();
        }
    }

    private Optional<byte[]> ask(Query query, Upstream upstream, Exchange exchange) {
        try {
            byte[] answer = exchange.ask(query, upstream, upstream.fromSandbox() ? sandbox : null);
            int code = answer[3] & 0xf;
            // The next server may know more.
            return code == SERVER_FAILURE || code == REFUSED
                    ? Optional.empty()
                    : Optional.of(answer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "name server " + upstream.address() + " does not answer", e);
            return Optional.empty();
        }
    }

    private static byte[] refusal(Query query) {
        return Reply.to(query, ResponseCode.REFUSED, List.of(), Reply.LARGEST);
    }

    private static byte[] failure(Query query) {
        return Reply.to(query, ResponseCode.SERVER_FAILURE, List.of(), Reply.LARGEST);
    }
}
