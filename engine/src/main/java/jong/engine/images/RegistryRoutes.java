package jong.engine.images;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jong.api.Filters;
import jong.engine.rest.Exchange;
import jong.engine.rest.LabelFilter;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.oci.reference.Reference;
import jong.registry.Purpose;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RemoteManifest;
import jong.registry.Repository;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** What is asked of registries without an image here: {@code /auth}, {@code /distribution}. */
public final class RegistryRoutes {

    private static final int DEFAULT_LIMIT = 25;
    private static final int MAX_LIMIT = 100;
    private static final Set<String> SEARCH_FILTERS =
            Set.of("is-automated", "is-official", "stars");

    private final RegistryClient registry;

    /** Asks by {@code registry}. */
    public RegistryRoutes(RegistryClient registry) {
        this.registry = registry;
    }

    /** Registers the routes. */
    public void register(Router router) {
        router.route("POST", "/auth", this::authenticate);
        router.route("GET", "/distribution/{name:.*}/json", this::describe);
        router.route("GET", "/images/search", this::search);
        new ManifestRoutes(registry).register(router);
    }

    private void authenticate(Exchange exchange) throws IOException, InterruptedException {
        JsonObject body = exchange.body();
        String server = body.string("serveraddress");
        String token;
        try {
            token = registry.login(server, RegistryAuth.fromJson(body));
        } catch (StatusException.Unavailable | StatusException.NotFound e) {
            throw new Internal(String.valueOf(e.getMessage()), e);
        }
        exchange.json(
                200,
                new JsonObject().with("IdentityToken", token).with("Status", "Login Succeeded"));
    }

    private void describe(Exchange exchange) throws IOException, InterruptedException {
        String name = exchange.path("name");
        if (name.matches("(sha256:)?[0-9a-f]{64}")) {
            throw new Internal("no manifest found for full image ID");
        }
        Reference reference = Reference.parse(name).withDefaultTag();
        Repository repository =
                registry.repository(
                        reference, RegistryCredentials.optional(exchange), Purpose.INSPECT);
        String wanted =
                reference.digest() == null
                        ? repository
                                .resolve(String.valueOf(reference.tag()))
                                .map(found -> found.digest().toString())
                                .orElse(String.valueOf(reference.tag()))
                        : reference.digest().toString();
        RemoteManifest manifest = repository.manifest(wanted);
        exchange.json(
                200,
                new JsonObject()
                        .with("Descriptor", manifest.descriptor().toJson())
                        .with("Platforms", ManifestPlatforms.of(repository, manifest)));
    }

    private void search(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        int limit = limit(query.string("limit"));
        Filters filters = Filters.decode(query.string("filters"));
        filters.requireOnly(SEARCH_FILTERS);
        int stars = stars(filters);
        Optional<Boolean> official = flag(filters, "is-official");
        Optional<Boolean> automated = flag(filters, "is-automated");
        RegistryAuth auth = RegistryCredentials.optional(exchange);
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject result : registry.search(query.string("term"), limit, auth)) {
            if (result.number("star_count") >= stars
                    && official.orElse(result.flag("is_official")) == result.flag("is_official")
                    && automated.orElse(result.flag("is_automated"))
                            == result.flag("is_automated")) {
                found.add(
                        new JsonObject()
                                .with("star_count", result.number("star_count"))
                                .with("is_official", result.flag("is_official"))
                                .with("name", result.string("name"))
                                .with("is_automated", result.flag("is_automated"))
                                .with("description", result.string("description")));
            }
        }
        exchange.json(200, found);
    }

    private static int limit(String text) {
        if (text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        int limit = number(text, "invalid limit specified: ");
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidArgument("limit " + limit + " is outside the range of [1, 100]");
        }
        return limit;
    }

    /** The most that any of the filters asks for. */
    private static int stars(Filters filters) {
        int most = 0;
        for (String value : filters.get("stars")) {
            most = Math.max(most, number(value, "invalid filter 'stars=" + value + "': "));
        }
        return most;
    }

    private static int number(String text, String what) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidArgument(
                    what + "strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
    }

    /** What a filter asks for; empty if it does not. */
    private static Optional<Boolean> flag(Filters filters, String key) {
        List<String> wanted = filters.get(key);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        String value = wanted.getFirst();
        boolean known = LabelFilter.isTrue(value) || LabelFilter.isFalse(value);
        if (wanted.size() > 1 || !known) {
            throw new InvalidArgument("invalid filter '" + key + "=" + wanted + "'");
        }
        return Optional.of(LabelFilter.isTrue(value));
    }
}
