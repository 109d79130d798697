package jong.engine.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import jong.engine.rest.Exchange;
import jong.engine.rest.Router;
import jong.manager.images.Images;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.InvalidArgument;
import org.jspecify.annotations.Nullable;

/** {@code /images/NAME/push}. */
final class ImagePushRoutes {

    private final ImageService service;
    private final Images images;

    ImagePushRoutes(ImageService service) {
        this.service = service;
        this.images = service.images();
    }

    void register(Router router) {
        router.route("POST", "/images/{name:.*}/push", this::push);
    }

    private void push(Exchange exchange) throws IOException, InterruptedException {
        RegistryAuth auth = RegistryCredentials.required(exchange);
        Reference reference = reference(exchange);
        // Clients of old sent the pull's parameter along, without a meaning.
        Platform platform =
                exchange.version().atLeast(46)
                        ? PlatformParameter.of(exchange.query(), "platform")
                        : null;
        // A client that goes away does not want the push any more.
        exchange.onDisconnect(Thread.currentThread()::interrupt);
        try (var progress = new ProgressStream(exchange, false)) {
            push(reference, platform, auth, progress);
        }
    }

    private void push(
            Reference reference,
            @Nullable Platform platform,
            RegistryAuth auth,
            ProgressStream progress)
            throws IOException, InterruptedException {
        progress.send(
                new JsonObject()
                        .with(
                                "status",
                                "The push refers to repository [" + reference.name() + "]"));
        try {
            images.push(reference, platform, auth, progress);
            service.tellPushed(reference);
        } catch (StatusException | UncheckedIOException | IOException e) {
            progress.fail(e);
        }
    }

    private static Reference reference(Exchange exchange) {
        var reference = Reference.parse(exchange.path("name"));
        if (reference.digest() != null) {
            throw new InvalidArgument("cannot push a digest reference");
        }
        String tag = exchange.query().string("tag");
        return tag.isEmpty() ? reference : reference.withTag(tag);
    }
}
