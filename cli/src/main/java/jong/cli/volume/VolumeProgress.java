package jong.cli.volume;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Session;
import jong.cli.image.Progress;
import jong.cli.terminal.Terminal;

/** How long work on a volume goes on; on a terminal only, beside the output. */
final class VolumeProgress {

    private VolumeProgress() {}

    /** Sends the request and waits for the end of its work. */
    static void show(Session session, Request request, boolean quiet) throws IOException {
        boolean terminal = !quiet && Terminal.isTerminal(2);
        try (Response response = session.client().send(request);
                var nowhere = new PrintStream(OutputStream.nullOutputStream())) {
            new Progress(terminal ? session.err() : nowhere, terminal)
                    .show(response.body(), _ -> {});
        }
    }
}
