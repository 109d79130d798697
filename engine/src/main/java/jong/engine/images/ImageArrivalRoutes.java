package jong.engine.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import jong.engine.config.Product;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.manager.images.Image;
import jong.manager.images.Images;
import jong.manager.images.ImportRequest;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.PermissionDenied;
import jong.wire.status.StatusException.Unauthenticated;
import jong.wire.status.StatusException.Unavailable;
import org.jspecify.annotations.Nullable;

/** The ways in which images come here: {@code /images/create} and {@code /images/load}. */
final class ImageArrivalRoutes {

    private final ImageService service;
    private final Images images;

    ImageArrivalRoutes(ImageService service) {
        this.service = service;
        this.images = service.images();
    }

    void register(Router router) {
        router.route("POST", "/images/create", this::create);
        router.route("POST", "/images/load", this::load);
    }

    private void create(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.query().string("fromImage").isEmpty()) {
            importArchive(exchange);
        } else {
            pull(exchange);
        }
    }

    private void pull(Exchange exchange) throws IOException, InterruptedException {
        Reference reference = reference(exchange.query());
        if (reference.familiarName().equals("scratch")) {
            throw new PermissionDenied("'scratch' is a reserved name");
        }
        Platform platform = platform(exchange.query());
        RegistryAuth auth = RegistryCredentials.optional(exchange);
        // A client that goes away does not want the image any more.
        exchange.onDisconnect(Thread.currentThread()::interrupt);
        answer(
                exchange,
                progress -> {
                    // Without tag and digest docker means the whole repository.
                    boolean all = reference.tag() == null && reference.digest() == null;
                    List<Image> pulled =
                            all
                                    ? images.pullAll(reference, platform, auth, progress)
                                    : List.of(images.pull(reference, platform, auth, progress));
                    for (Image image : pulled) {
                        service.tell("pull", image, reference.familiarString());
                        requirePlatform(exchange.query(), image, reference);
                    }
                });
    }

    /** What a request is for. */
    private interface Work {
        void run(ProgressStream progress) throws IOException, InterruptedException;
    }

    /** Answers with progress; what fails before any gets a status of its own. */
    private static void answer(Exchange exchange, Work work)
            throws IOException, InterruptedException {
        try (var progress = new ProgressStream(exchange, false)) {
            try {
                work.run(progress);
            } catch (StatusException | UncheckedIOException | IOException e) {
                if (!progress.begun()) {
                    throw answerable(e);
                }
                progress.fail(e);
            }
        }
    }

    /**
     * Docker answers 500 where a registry refuses or sends what is wrong: other statuses would mean
     * the request itself.
     */
    private static RuntimeException answerable(Exception e) throws IOException {
        return switch (e) {
            case Unauthenticated refused -> new Internal(String.valueOf(refused.getMessage()));
            case PermissionDenied refused -> new Internal(String.valueOf(refused.getMessage()));
            case Unavailable refused -> new Internal(String.valueOf(refused.getMessage()));
            case InvalidArgument wrong -> new Internal(String.valueOf(wrong.getMessage()));
            case RuntimeException other -> other;
            case IOException other -> throw other;
            default -> new IllegalStateException(e);
        };
    }

    /** The image that {@code fromImage} and {@code tag} name; all of a repository without a tag. */
    private static Reference reference(Query query) {
        String name = query.string("fromImage");
        String tag = query.string("tag");
        var reference =
                Reference.parse(name.endsWith(":") ? name.substring(0, name.length() - 1) : name);
        if (tag.isEmpty()) {
            return reference;
        }
        return tag.indexOf(':') > 0
                ? reference.withDigest(Digest.parse(tag))
                : reference.withTag(tag);
    }

    /** A manifest that is no index has one platform, whatever was asked for; docker keeps it. */
    private static void requirePlatform(Query query, Image image, Reference reference) {
        Platform actual = image.config().platform();
        if (!query.string("platform").isEmpty() && platform(query).distanceTo(actual).isEmpty()) {
            throw new NotFound(
                    "image with reference "
                            + reference.familiarString()
                            + " was found but does not match the specified platform: wanted "
                            + platform(query)
                            + ", actual: "
                            + actual);
        }
    }

    private static Platform platform(Query query) {
        String text = query.string("platform");
        return text.isEmpty() ? Platform.host() : Platform.parse(text);
    }

    private void importArchive(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        String source = query.string("fromSrc");
        JsonObject members =
                new JsonObject()
                        .with(
                                "config",
                                ConfigChanges.apply(new JsonObject(), query.strings("changes")))
                        .with("docker_version", Product.VERSION);
        String message = query.string("message", "Imported from " + source);
        var request = new ImportRequest(importTarget(query), message, members, platform(query));
        boolean here = source.equals("-");
        if (!here) {
            // A client that goes away does not want the image any more.
            exchange.onDisconnect(Thread.currentThread()::interrupt);
        }
        try (InputStream archive = here ? exchange.input() : ArchiveDownload.open(source)) {
            answer(
                    exchange,
                    progress -> {
                        if (!here) {
                            tellStatus(progress, "Downloading from " + source);
                        }
                        Image image = images.importTar(archive, request, progress);
                        tellStatus(progress, image.id().toString());
                        service.tell("import", image, "");
                    });
        }
    }

    private static void tellStatus(ProgressStream progress, String text) throws IOException {
        progress.send(new JsonObject().with("status", text));
    }

    private static @Nullable Reference importTarget(Query query) {
        String repository = query.string("repo");
        if (repository.isEmpty()) {
            return null;
        }
        var reference = Reference.parse(repository);
        if (reference.digest() != null) {
            throw new InvalidArgument("cannot import digest reference");
        }
        String tag = query.string("tag");
        return tag.isEmpty() ? reference.withDefaultTag() : reference.withTag(tag);
    }

    private void load(Exchange exchange) throws IOException {
        Platform platform = PlatformParameter.of(exchange.query(), "platform");
        boolean quiet = exchange.query().flag("quiet", true);
        try (var progress = new ProgressStream(exchange, quiet)) {
            try {
                for (Image image : images.load(exchange.input(), platform, progress)) {
                    service.tell("load", image, "");
                }
            } catch (StatusException | UncheckedIOException | IOException e) {
                // Whatever is wrong with an archive, dockerd says it in the stream.
                progress.fail(e);
            }
        }
    }
}
