package jong.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.oci.reference.Reference;
import jong.registry.hosts.Endpoint;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.status.StatusException;

/** Reads the tags of a repository. */
final class TagList {

    private static final int MAX_TAGS = 100_000;

    private final Endpoint endpoint;
    private final Reference reference;
    private final Pages pages;
    private final List<String> tags = new ArrayList<>();

    TagList(Session session, Endpoint endpoint, Reference reference) {
        this.endpoint = endpoint;
        this.reference = reference;
        this.pages = new Pages(session, endpoint, reference);
    }

    List<String> all() throws IOException, InterruptedException {
        pages.read("tags/list", this::add);
        return tags;
    }

    private boolean add(byte[] page) throws IOException {
        List<String> more;
        try {
            more = Json.parseObject(page).strings("tags");
        } catch (JsonException e) {
            throw new IOException(
                    "malformed list of tags from " + endpoint.base().getAuthority(), e);
        }
        tags.addAll(more);
        if (tags.size() > MAX_TAGS) {
            throw new StatusException.InvalidArgument(
                    "repository " + reference.familiarName() + " has over " + MAX_TAGS + " tags");
        }
        return !more.isEmpty();
    }
}
