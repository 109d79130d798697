package jong.engine.images;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import jong.api.Filters;
import jong.engine.rest.Exchange;
import jong.engine.rest.Handler;
import jong.engine.rest.Router;
import jong.manager.images.Image;
import jong.manager.images.Images;
import jong.manager.images.Removal;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unimplemented;
import org.jspecify.annotations.Nullable;

/**
 * {@code /images}, but for what brings images here ({@link ImageArrivalRoutes}) and away ({@link
 * ImagePushRoutes}).
 */
public final class ImageRoutes {

    private final ImageService service;
    private final Images images;
    private final Clock clock;

    /** Serves the images of {@code service}. */
    public ImageRoutes(ImageService service, Clock clock) {
        this.service = service;
        this.images = service.images();
        this.clock = clock;
    }

    /** Registers the routes. */
    public void register(Router router) {
        new ImageArrivalRoutes(service).register(router);
        new ImagePushRoutes(service).register(router);
        router.route("GET", "/images/json", this::list);
        router.route("GET", "/images/get", this::save);
        router.route("POST", "/images/prune", this::prune);
        router.route("GET", "/images/{name:.*}/get", this::save);
        router.route("GET", "/images/{name:.*}/json", this::inspect);
        router.route("GET", "/images/{name:.*}/history", this::history);
        router.route("POST", "/images/{name:.*}/tag", this::tag);
        router.route("DELETE", "/images/{name:.*}", this::remove);
        router.route("POST", "/build", absent("building an image"));
        router.route(
                "POST",
                "/build/prune",
                exchange ->
                        exchange.json(
                                200,
                                new JsonObject()
                                        .with("CachesDeleted", null)
                                        .with("SpaceReclaimed", 0)));
    }

    private static Handler absent(String what) {
        return _ -> {
            throw new Unimplemented(what + " is not supported by this version of Jong");
        };
    }

    /** All images as the newest version of the API shows them in its list. */
    public List<JsonObject> usage() {
        List<Image> all = images.list();
        var shared = new SharedLayers(all, images::layerSize);
        return service.heads(all).stream()
                .map(image ->
                        ImageViews.summary(
                                image,
                                new ImageViews.Usage(
                                        service.users(image).size(), shared.size(image)),
                                jong.engine.rest.RestApplication.NEWEST_VERSION))
                .toList();
    }

    private void list(Exchange exchange) throws IOException {
        Filters given = filters(exchange);
        var filter = ImageFilter.forList(given, images::get, clock.instant());
        List<Image> all = images.list();
        boolean sharedSize = exchange.query().flag("shared-size");
        var shared = new SharedLayers(sharedSize ? all : List.of(), images::layerSize);
        List<JsonObject> answer = new ArrayList<>();
        for (Image image : exchange.query().flag("all") ? all : service.heads(all)) {
            boolean below = filter.onlyDangling() && service.hasChildren(image, all);
            if (filter.matches(image) && !below) {
                var usage = new ImageViews.Usage(-1, sharedSize ? shared.size(image) : -1);
                JsonObject item =
                        ImageViews.summary(filter.shown(image), usage, exchange.version());
                answer.add(exchange.query().flag("manifests") ? withManifests(item, image) : item);
            }
        }
        exchange.json(200, answer);
    }

    private JsonObject withManifests(JsonObject view, Image image) throws IOException {
        return view.with("Manifests", ManifestViews.of(images.manifests(image), service::users));
    }

    private void inspect(Exchange exchange) throws IOException {
        Image image = image(exchange);
        JsonObject view = ImageViews.inspect(image, service.graphDriver(image), exchange.version());
        if (exchange.query().flag("manifests")) {
            if (!exchange.query().string("platform").isEmpty()) {
                throw new InvalidArgument(
                        "conflicting options: manifests and platform options cannot both be set");
            }
            view = withManifests(view, image);
        }
        exchange.json(200, view);
    }

    /** The image of the path, of the platform that is asked for if one is. */
    private Image image(Exchange exchange) {
        Platform platform = PlatformParameter.of(exchange.query(), "platform");
        String name = exchange.path("name");
        return platform == null ? images.get(name) : images.get(name, platform);
    }

    private void history(Exchange exchange) throws IOException {
        exchange.json(
                200, images.history(image(exchange)).stream().map(ImageViews::history).toList());
    }

    private void tag(Exchange exchange) throws IOException {
        var target = Reference.parse(exchange.query().string("repo"));
        if (target.digest() != null) {
            throw new InvalidArgument("cannot import digest reference");
        }
        String tag = exchange.query().string("tag");
        service.tag(
                exchange.path("name"),
                tag.isEmpty() ? target.withDefaultTag() : target.withTag(tag));
        exchange.empty(201);
    }

    private void remove(Exchange exchange) throws IOException {
        Platform platform = PlatformParameter.of(exchange.query(), "platforms");
        List<Removal> removals =
                service.remove(
                        toRemove(exchange.path("name"), platform),
                        exchange.query().flag("force"),
                        !exchange.query().flag("noprune"));
        exchange.json(200, removals.stream().map(Removal::toJson).toList());
    }

    /** The name, if that means the image of the platform; otherwise that image's ID. */
    private String toRemove(String name, @Nullable Platform platform) {
        if (platform == null) {
            return name;
        }
        Image image = images.get(name, platform);
        return image.id().equals(images.get(name).id()) ? name : image.id().toString();
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.json(200, service.prune(ImageFilter.forPrune(filters(exchange), clock.instant())));
    }

    private void save(Exchange exchange) throws IOException {
        List<String> names =
                exchange.query().has("names")
                        ? exchange.query().strings("names")
                        : List.of(exchange.path("name"));
        Platform platform = PlatformParameter.of(exchange.query(), "platform");
        try (var out = new LateStream(exchange)) {
            images.save(names, platform, out);
        }
        for (String name : names) {
            images.find(name).ifPresent(image -> service.tell("save", image, name));
        }
    }

    private static Filters filters(Exchange exchange) {
        return Filters.decode(exchange.query().string("filters"));
    }

    /** Begins the answer with the first byte, so that an error before it keeps its status. */
    private static final class LateStream extends OutputStream {

        private final Exchange exchange;
        private @Nullable OutputStream out;

        LateStream(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            OutputStream stream = out;
            if (stream == null) {
                stream = exchange.stream(200, "application/x-tar");
                out = stream;
            }
            stream.write(bytes, offset, length);
        }
    }
}
