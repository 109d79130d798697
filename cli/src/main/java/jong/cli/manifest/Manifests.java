package jong.cli.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import jong.api.client.EngineException;
import jong.api.client.Request;
import jong.cli.command.Session;
import jong.cli.credentials.CredentialStore;
import jong.cli.failure.CommandException;
import jong.cli.image.Pulling;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * Manifests in registries, through the daemon: it knows how to reach registries. Docker's client
 * does this by itself, so only Jong's daemon has the routes.
 */
final class Manifests {

    static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** Docker indents its manifests so; their digests depend on it. */
    private static final String INDENT = "   ";

    private final Session session;

    Manifests(Session session) {
        this.session = session;
    }

    /** The full name of a manifest, with a tag unless it has a digest. */
    static String name(String reference) {
        return Pulling.canonical(Pulling.withTag(reference));
    }

    /** The name as users write it. */
    static String familiar(String name) {
        return name.startsWith("docker.io/library/")
                ? name.substring("docker.io/library/".length())
                : name.startsWith("docker.io/") ? name.substring("docker.io/".length()) : name;
    }

    /** Host and path of a full name, without tag and digest. */
    static String repository(String name) {
        int at = name.indexOf('@');
        String bare = at < 0 ? name : name.substring(0, at);
        int colon = bare.indexOf(':', bare.lastIndexOf('/') + 1);
        return colon < 0 ? bare : bare.substring(0, colon);
    }

    /**
     * A manifest or list as docker describes it: {@code Ref}, {@code Descriptor}, {@code Raw} and
     * the parsed document.
     *
     * @param name the full name
     */
    JsonObject fetch(String name) throws IOException {
        JsonObject answer;
        try {
            answer =
                    session.client()
                            .object(
                                    Request.get("/jong/manifests/" + name)
                                            .header("X-Registry-Auth", authentication(name)));
        } catch (EngineException e) {
            if (e.status() == 404) {
                throw new CommandException("no such manifest: " + familiar(name));
            }
            throw e;
        }
        JsonObject descriptor = answer.object("Descriptor");
        JsonObject entry =
                new JsonObject()
                        .with("Ref", name)
                        .with("Descriptor", descriptor)
                        .with("Raw", answer.string("Raw"));
        if (!isList(entry)) {
            String member =
                    descriptor.string("mediaType").equals(OCI_MANIFEST)
                            ? "OCIManifest"
                            : "SchemaV2Manifest";
            entry.with(member, document(entry));
        }
        return entry;
    }

    /** The entries of a list in a registry, each with its own manifest. */
    List<JsonObject> children(JsonObject list) throws IOException {
        String name = list.string("Ref");
        List<JsonObject> children = new ArrayList<>();
        for (JsonObject descriptor : document(list).objects("manifests")) {
            String digest = descriptor.string("digest");
            JsonObject child = fetch(repository(name) + "@" + digest);
            child.put("Ref", name + "@" + digest);
            JsonObject own = child.object("Descriptor");
            own.put("platform", descriptor.object("platform"));
            child.put("Descriptor", own);
            children.add(child);
        }
        return children;
    }

    static boolean isList(JsonObject entry) {
        String type = entry.object("Descriptor").string("mediaType");
        return type.equals(LIST) || type.equals(INDEX);
    }

    /** The bytes of a manifest. */
    static String raw(JsonObject entry) {
        return new String(Base64.getDecoder().decode(entry.string("Raw")), UTF_8);
    }

    static JsonObject document(JsonObject entry) {
        return Json.parseObject(raw(entry));
    }

    /** A list of manifests, as docker writes it. */
    static String list(List<JsonObject> entries) {
        List<JsonObject> manifests = new ArrayList<>();
        for (JsonObject entry : entries) {
            JsonObject descriptor = entry.object("Descriptor");
            manifests.add(
                    new JsonObject()
                            .with("mediaType", descriptor.string("mediaType"))
                            .with("size", descriptor.number("size"))
                            .with("digest", descriptor.string("digest"))
                            .with("platform", descriptor.object("platform")));
        }
        return Json.writePretty(
                new JsonObject()
                        .with("schemaVersion", 2)
                        .with("mediaType", LIST)
                        .with("manifests", manifests),
                INDENT);
    }

    /**
     * Puts a list into a registry, and before that the manifests of other repositories of the same
     * registry beside it.
     *
     * @return the list's digest
     */
    String push(String name, List<JsonObject> entries) throws IOException {
        List<JsonObject> sources = new ArrayList<>();
        for (JsonObject entry : entries) {
            String repository = repository(entry.string("Ref"));
            if (!repository.equals(repository(name))) {
                sources.add(
                        new JsonObject()
                                .with("Repository", repository)
                                .with("Digest", entry.object("Descriptor").string("digest")));
            }
        }
        String text = list(entries);
        JsonObject answer =
                session.client()
                        .object(
                                Request.post("/jong/manifests/" + name)
                                        .header("X-Registry-Auth", authentication(name))
                                        .json(
                                                new JsonObject()
                                                        .with("MediaType", LIST)
                                                        .with("Raw", encode(text))
                                                        .with("Sources", sources)));
        for (JsonObject source : sources) {
            String digest = source.string("Digest");
            session.out()
                    .println(
                            "Pushed ref "
                                    + repository(name)
                                    + "@"
                                    + digest
                                    + " with digest: "
                                    + digest);
        }
        return answer.string("Digest");
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private String authentication(String name) {
        String registry = name.substring(0, name.indexOf('/'));
        return session.credentials().find(CredentialStore.key(registry)).header();
    }
}
