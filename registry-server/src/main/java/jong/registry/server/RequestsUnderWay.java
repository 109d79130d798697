package jong.registry.server;

import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Counts requests, so that the store is closed behind the last one. */
final class RequestsUnderWay implements AutoCloseable {

    /** Requests whose connections are gone end soon; longer than this nobody waits for them. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The closer is a party from the beginning. */
    private final Phaser requests = new Phaser(1);

    void begin() {
        requests.register();
    }

    void end() {
        requests.arriveAndDeregister();
    }

    /** Waits for the end of all requests; no new one may begin. */
    @Override
    public void close() throws TimeoutException {
        int phase = requests.arriveAndDeregister();
        if (phase < 0) {
            return;
        }
        try {
            requests.awaitAdvanceInterruptibly(phase, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
