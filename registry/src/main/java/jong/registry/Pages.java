package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.oci.reference.Reference;
import jong.registry.hosts.Endpoint;
import jong.wire.status.StatusException;

/** Reads a list of a repository page by page, as the header {@code Link} leads. */
final class Pages {

    private static final int MAX_BYTES = 4 << 20;
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;.*rel=\"?next\"?.*");

    private final Session session;
    private final Endpoint endpoint;
    private final Reference reference;

    Pages(Session session, Endpoint endpoint, Reference reference) {
        this.session = session;
        this.endpoint = endpoint;
        this.reference = reference;
    }

    /** Takes one page. */
    interface Reader {
        /** Whether the next page is wanted, too. */
        boolean read(byte[] page) throws IOException;
    }

    /**
     * Reads all pages that are wanted.
     *
     * @param list what they are of, such as {@code tags/list}
     * @throws StatusException if the registry refuses, or a page is larger than 4 MiB
     */
    void read(String list, Reader reader) throws IOException, InterruptedException {
        URI page = endpoint.resource(reference.path(), list);
        while (true) {
            var response = session.send(endpoint, Transport.Request.of("GET", page, Map.of()));
            byte[] bytes;
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw RegistryErrors.of(
                            response, body.readNBytes(Session.MAX_ERROR_BYTES), reference);
                }
                bytes = body.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw new StatusException.InvalidArgument(
                        "page of " + list + " is larger than " + MAX_BYTES + " bytes");
            }
            Matcher next = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
            if (!reader.read(bytes) || !next.matches()) {
                return;
            }
            URI target = Transport.resolve(page, next.group(1));
            if (!Transport.sameHost(target, page)) {
                throw new IOException(
                        "refused a page of " + list + " at another host than " + page);
            }
            page = target;
        }
    }
}
