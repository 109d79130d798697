package jong.engine.images;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import jong.api.ApiVersion;
import jong.manager.images.Image;
import jong.manager.images.LayerHistory;
import jong.oci.reference.Reference;
import jong.wire.json.JsonObject;

/** Images in the shapes of the API, as the client's version of it wants them. */
final class ImageViews {

    private static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private ImageViews() {}

    /**
     * How an image is used; -1 where nobody asked.
     *
     * @param containers how many were made from it
     * @param sharedSize bytes of its layers that other images have, too
     */
    record Usage(long containers, long sharedSize) {
        static final Usage UNKNOWN = new Usage(-1, -1);
    }

    /** An item of {@code GET /images/json}. */
    static JsonObject summary(Image image, Usage usage, ApiVersion version) {
        List<String> tags = names(image.tags());
        List<String> digests = names(image.digests());
        if (!version.atLeast(43) && tags.isEmpty() && digests.isEmpty()) {
            tags = List.of("<none>:<none>");
            digests = List.of("<none>@<none>");
        }
        var json =
                new JsonObject()
                        .with("Containers", usage.containers())
                        .with("Created", created(image).getEpochSecond())
                        .with("Id", image.id().toString())
                        .with("Labels", image.config().execution().get("Labels"))
                        .with("ParentId", image.parent())
                        .with("RepoDigests", digests)
                        .with("RepoTags", tags)
                        .with("SharedSize", usage.sharedSize())
                        .with("Size", image.size());
        return version.atLeast(44) ? json : json.with("VirtualSize", image.size());
    }

    /**
     * The answer of {@code GET /images/NAME/json}.
     *
     * @param graphDriver where its files are, in docker's words
     */
    static JsonObject inspect(Image image, JsonObject graphDriver, ApiVersion version) {
        JsonObject config = image.config().json();
        var json =
                new JsonObject()
                        .with("Id", image.id().toString())
                        .with("RepoTags", names(image.tags()))
                        .with("RepoDigests", names(image.digests()))
                        .with("Parent", image.parent())
                        .with("Comment", comment(image))
                        .with("Created", config.string("created", ZERO_TIME))
                        .with("DockerVersion", config.string("docker_version"))
                        .with("Author", config.string("author"))
                        .with("Config", config(image.config().execution(), version))
                        .with("Architecture", config.string("architecture"))
                        .withUnlessEmpty("Variant", config.string("variant"))
                        .with("Os", config.string("os"))
                        .withUnlessEmpty("OsVersion", config.string("os.version"))
                        .with("Size", image.size());
        if (!version.atLeast(44)) {
            json.with("VirtualSize", image.size());
        }
        if (!version.atLeast(45)) {
            json.with("Container", config.string("container"));
            json.with("ContainerConfig", execution(config.object("container_config")));
        }
        return json.with("GraphDriver", graphDriver)
                .with("RootFS", rootFs(image))
                .with(
                        "Metadata",
                        new JsonObject().with("LastTagTime", lastTagged(image.lastTagged())));
    }

    /** From 1.50 on without what is of containers only, but with null for what is not set. */
    private static JsonObject config(JsonObject given, ApiVersion version) {
        if (!version.atLeast(50)) {
            return execution(given);
        }
        return new JsonObject()
                .withUnlessEmpty("ArgsEscaped", given.get("ArgsEscaped"))
                .with("Cmd", given.get("Cmd"))
                .with("Entrypoint", given.get("Entrypoint"))
                .with("Env", given.get("Env"))
                .withUnlessEmpty("ExposedPorts", given.get("ExposedPorts"))
                .withUnlessEmpty("Healthcheck", given.get("Healthcheck"))
                .with("Labels", given.get("Labels"))
                .with("OnBuild", given.get("OnBuild"))
                .withUnlessEmpty("Shell", given.get("Shell"))
                .withUnlessEmpty("StopSignal", given.get("StopSignal"))
                .with("User", given.string("User"))
                .with("Volumes", given.get("Volumes"))
                .with("WorkingDir", given.string("WorkingDir"));
    }

    /** Docker's members of a config in their order; what an image leaves out is zero. */
    private static JsonObject execution(JsonObject given) {
        var json =
                new JsonObject()
                        .with("Hostname", given.string("Hostname"))
                        .with("Domainname", given.string("Domainname"))
                        .with("User", given.string("User"))
                        .with("AttachStdin", given.flag("AttachStdin"))
                        .with("AttachStdout", given.flag("AttachStdout"))
                        .with("AttachStderr", given.flag("AttachStderr"))
                        .withUnlessEmpty("ExposedPorts", given.get("ExposedPorts"))
                        .with("Tty", given.flag("Tty"))
                        .with("OpenStdin", given.flag("OpenStdin"))
                        .with("StdinOnce", given.flag("StdinOnce"))
                        .with("Env", given.get("Env"))
                        .with("Cmd", given.get("Cmd"))
                        .withUnlessEmpty("Healthcheck", given.get("Healthcheck"))
                        .withUnlessEmpty("ArgsEscaped", given.get("ArgsEscaped"))
                        .with("Image", given.string("Image"))
                        .with("Volumes", given.get("Volumes"))
                        .with("WorkingDir", given.string("WorkingDir"))
                        .with("Entrypoint", given.get("Entrypoint"));
        return json.with("OnBuild", given.get("OnBuild"))
                .with("Labels", given.get("Labels"))
                .withUnlessEmpty("StopSignal", given.get("StopSignal"))
                .withUnlessEmpty("StopTimeout", given.get("StopTimeout"))
                .withUnlessEmpty("Shell", given.get("Shell"));
    }

    private static JsonObject rootFs(Image image) {
        List<String> layers =
                image.config().diffIds().stream().map(digest -> digest.toString()).toList();
        return new JsonObject().with("Type", "layers").withUnlessEmpty("Layers", layers);
    }

    private static String comment(Image image) {
        String own = image.config().json().string("comment");
        var history = image.config().history();
        return own.isEmpty() && !history.isEmpty() ? history.getLast().comment() : own;
    }

    private static String lastTagged(long nanos) {
        return nanos == 0 ? ZERO_TIME : Instant.ofEpochSecond(0, nanos).toString();
    }

    /** A line of {@code GET /images/NAME/history}. */
    static JsonObject history(LayerHistory step) {
        return new JsonObject()
                .with("Comment", step.comment())
                .with("Created", step.created())
                .with("CreatedBy", step.createdBy())
                .with("Id", step.id())
                .with("Size", step.size())
                .with("Tags", step.tags().isEmpty() ? null : step.tags());
    }

    /** When the image was made; the year 1 if it does not say. */
    static Instant created(Image image) {
        String text = image.config().created();
        try {
            return Instant.parse(text.isEmpty() ? ZERO_TIME : text);
        } catch (DateTimeParseException _) {
            return Instant.parse(ZERO_TIME);
        }
    }

    static List<String> names(List<Reference> references) {
        return references.stream().map(Reference::familiarString).toList();
    }
}
