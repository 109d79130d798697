package jong.engine.volumes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.engine.images.ProgressStream;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.manager.images.ProgressListener;
import jong.wire.status.StatusException;

/** What Jong's API has of volumes and Docker's does not: docs/volumes-beyond.md. */
final class VolumeTransferRoutes {

    private final VolumeTransfers transfers;
    private final VolumeRename renames;

    VolumeTransferRoutes(VolumeTransfers transfers, VolumeRename renames) {
        this.transfers = transfers;
        this.renames = renames;
    }

    /** Registers the routes; before those of {@link VolumeRoutes}, which take any path. */
    void register(Router router) {
        router.route("POST", "/volumes/{name}/rename", this::rename);
        router.route("POST", "/volumes/{name}/clone", this::clone);
        router.route("GET", "/volumes/{name}/export", this::export);
        router.route("PUT", "/volumes/{name}/import", this::fill);
    }

    private void rename(Exchange exchange) throws IOException {
        renames.rename(exchange.path("name"), exchange.query().string("name"));
        exchange.empty(204);
    }

    private void clone(Exchange exchange) throws IOException {
        var cancelled = new AtomicBoolean();
        exchange.onDisconnect(() -> cancelled.set(true));
        answer(
                exchange,
                progress ->
                        transfers.clone(
                                exchange.path("name"),
                                exchange.query().string("name"),
                                progress,
                                cancelled));
    }

    private void export(Exchange exchange) throws IOException {
        transfers.export(exchange.path("name"), () -> exchange.stream(200, "application/x-tar"));
    }

    private void fill(Exchange exchange) throws IOException {
        answer(
                exchange,
                progress -> transfers.fill(exchange.path("name"), exchange.input(), progress));
    }

    /** What a request is for. */
    private interface Work {
        void run(ProgressListener progress) throws IOException;
    }

    /** Answers with progress; what fails before any gets a status of its own. */
    private static void answer(Exchange exchange, Work work) throws IOException {
        try (var progress = new ProgressStream(exchange, false)) {
            try {
                work.run(progress);
            } catch (StatusException | UncheckedIOException | IOException e) {
                if (!progress.begun()) {
                    throw e;
                }
                progress.fail(e);
            }
        }
    }
}
