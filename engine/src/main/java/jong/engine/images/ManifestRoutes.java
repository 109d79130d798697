package jong.engine.images;

import java.io.IOException;
import java.util.Base64;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
import jong.registry.Purpose;
import jong.registry.RegistryAuth;
import jong.registry.RegistryClient;
import jong.registry.RemoteManifest;
import jong.registry.Repository;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * {@code /jong/manifests/NAME}: manifests in registries, for the client's {@code manifest}
 * commands. Docker's client asks registries itself; Jong's leaves it to the daemon, which knows how
 * each is reached.
 */
final class ManifestRoutes {

    private final RegistryClient registry;

    /** Asks by {@code registry}. */
    ManifestRoutes(RegistryClient registry) {
        this.registry = registry;
    }

    /** Registers the routes. */
    void register(Router router) {
        router.route("GET", "/jong/manifests/{name:.*}", this::fetch);
        router.route("POST", "/jong/manifests/{name:.*}", this::push);
    }

    private void fetch(Exchange exchange) throws IOException, InterruptedException {
        Reference reference = Reference.parse(exchange.path("name")).withDefaultTag();
        Repository repository =
                registry.repository(
                        reference, RegistryCredentials.optional(exchange), Purpose.INSPECT);
        Digest digest = reference.digest();
        RemoteManifest manifest =
                repository.manifest(
                        digest == null ? String.valueOf(reference.tag()) : digest.toString());
        JsonObject descriptor = manifest.descriptor().toJson();
        if (MediaTypes.isManifest(manifest.descriptor().mediaType())) {
            descriptor.with("platform", ManifestPlatforms.of(repository, manifest).getFirst());
        }
        exchange.json(
                200,
                new JsonObject()
                        .with("Descriptor", descriptor)
                        .with("Raw", Base64.getEncoder().encodeToString(manifest.bytes())));
    }

    private void push(Exchange exchange) throws IOException, InterruptedException {
        Reference target = Reference.parse(exchange.path("name")).withDefaultTag();
        RegistryAuth auth = RegistryCredentials.optional(exchange);
        JsonObject body = exchange.body();
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(body.string("Raw"));
        } catch (IllegalArgumentException e) {
            throw new InvalidArgument("member Raw is not base64", e);
        }
        Repository repository = registry.repository(target, auth, Purpose.PUSH);
        for (JsonObject source : body.objects("Sources")) {
            Reference from = Reference.parse(source.string("Repository"));
            if (!from.domain().equals(target.domain())) {
                throw new InvalidArgument(
                        "cannot use source images from a different registry than the target image:"
                                + " "
                                + from.domain()
                                + " != "
                                + target.domain());
            }
            copy(from, Digest.parse(source.string("Digest")), repository, auth);
        }
        repository.pushManifest(String.valueOf(target.tag()), body.string("MediaType"), bytes);
        exchange.json(200, new JsonObject().with("Digest", Digest.sha256(bytes).toString()));
    }

    /** Brings a manifest of another repository of the same registry, with its blobs, over. */
    private void copy(Reference from, Digest digest, Repository target, RegistryAuth auth)
            throws IOException, InterruptedException {
        RemoteManifest manifest =
                registry.repository(from, auth, Purpose.INSPECT).manifest(digest.toString());
        Manifest parsed = Manifest.parse(manifest.bytes(), manifest.descriptor().mediaType());
        target.mountBlob(parsed.config(), from.path());
        for (Descriptor layer : parsed.layers()) {
            if (!MediaTypes.isForeignLayer(layer.mediaType())) {
                target.mountBlob(layer, from.path());
            }
        }
        target.pushManifest(digest.toString(), manifest.descriptor().mediaType(), manifest.bytes());
    }
}
