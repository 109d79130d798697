package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.oci.reference.Reference;
import jong.registry.hosts.Endpoint;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;

/** Reads the tags of a repository, page by page. */
final class TagList {

    private static final int MAX_PAGE_BYTES = 4 << 20;
    private static final int MAX_TAGS = 100_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;.*rel=\"?next\"?.*");

    private final Session session;
    private final Endpoint endpoint;
    private final Reference reference;

    TagList(Session session, Endpoint endpoint, Reference reference) {
        this.session = session;
        this.endpoint = endpoint;
        this.reference = reference;
    }

    List<String> all() throws IOException, InterruptedException {
        List<String> tags = new ArrayList<>();
        URI page = endpoint.resource(reference.path(), "tags/list");
        while (true) {
            int before = tags.size();
            String next = read(page, tags);
            if (next.isEmpty() || tags.size() == before) {
                return tags;
            }
            if (tags.size() > MAX_TAGS) {
                throw new StatusException.InvalidArgument(
                        "repository "
                                + reference.familiarName()
                                + " has over "
                                + MAX_TAGS
                                + " tags");
            }
            URI target = Transport.resolve(page, next);
            if (!Transport.sameHost(target, page)) {
                throw new IOException("refused a page of tags at another host than " + page);
            }
            page = target;
        }
    }

    /** Adds the tags of a page and returns where the next one is, or {@code ""}. */
    private String read(URI page, List<String> tags) throws IOException, InterruptedException {
        var response = session.send(endpoint, Transport.Request.of("GET", page, Map.of()));
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw RegistryErrors.of(
                        response, body.readNBytes(Session.MAX_ERROR_BYTES), reference);
            }
            tags.addAll(Json.parseObject(body.readNBytes(MAX_PAGE_BYTES)).strings("tags"));
        } catch (JsonException e) {
            throw new IOException("malformed list of tags from " + page.getAuthority(), e);
        }
        Matcher next = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
        return next.matches() ? next.group(1) : "";
    }
}
