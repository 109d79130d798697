package jong.engine.images;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import jong.registry.GuardedBody;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** Archives that web servers send; reading them fails if nothing comes for long. */
final class ArchiveDownload {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private ArchiveDownload() {}

    /**
     * Asks a server for an archive.
     *
     * @param source an URL; without a scheme it is taken for http
     * @throws InvalidArgument if it is none, or the server refuses
     */
    static InputStream open(String source) throws IOException, InterruptedException {
        return open(source, PATIENCE);
    }

    /** As {@link #open(String)}, with a server that may send nothing for that long. */
    static InputStream open(String source, Duration patience)
            throws IOException, InterruptedException {
        HttpRequest request =
                request(source.contains("://") ? source : "http://" + source, patience);
        URI address = request.uri();
        HttpResponse<InputStream> response;
        try {
            response = Downloads.CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            // Java tells nothing in its message.
            throw new IOException("Get \"" + address + "\": cannot connect to the server", e);
        }
        if (response.statusCode() >= 400) {
            response.body().close();
            throw new InvalidArgument(
                    "failed to GET " + address + " with status " + response.statusCode());
        }
        return new GuardedBody(response.body(), patience);
    }

    private static HttpRequest request(String url, Duration patience) {
        URI address;
        try {
            address = new URI(url);
        } catch (URISyntaxException e) {
            throw new InvalidArgument("parse \"" + url + "\": " + e.getReason(), e);
        }
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme)) {
            throw new Internal(
                    "Get \"" + address + "\": unsupported protocol scheme \"" + scheme + "\"");
        }
        if (address.getHost() == null) {
            throw new Internal("Get \"" + address + "\": http: no Host in request URL");
        }
        return HttpRequest.newBuilder(address).timeout(patience).build();
    }

    /** Made with the first download, which most daemons never see. */
    private static final class Downloads {
        static final HttpClient CLIENT =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(Duration.ofSeconds(30))
                        .build();
    }
}
