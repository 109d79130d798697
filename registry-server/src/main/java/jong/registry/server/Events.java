package jong.registry.server;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import jong.oci.Digest;
import jong.wire.json.JsonObject;

/** Makes distribution's events of what happens, and hands them to web hooks. */
final class Events implements Observer {

    private final List<Notifier> notifiers;
    private final JsonObject source;

    /**
     * Makes the source of events.
     *
     * @param address where this registry listens
     */
    Events(List<Notifier> notifiers, String address) {
        this.notifiers = notifiers;
        this.source =
                new JsonObject()
                        .with("addr", address)
                        .with("instanceID", UUID.randomUUID().toString());
    }

    @Override
    public void pulled(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        publish("pull", exchange, content(exchange, digest, size, mediaType, tag));
    }

    @Override
    public void pushed(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        publish("push", exchange, content(exchange, digest, size, mediaType, tag));
    }

    @Override
    public void mounted(RegistryExchange exchange, Digest digest, long size, String from) {
        JsonObject target = content(exchange, digest, size, "application/octet-stream", "");
        publish("mount", exchange, target.withUnlessEmpty("fromRepository", from));
    }

    @Override
    public void deleted(RegistryExchange exchange, String digest, String tag) {
        publish(
                "delete",
                exchange,
                new JsonObject()
                        .withUnlessEmpty("digest", digest)
                        .with("repository", exchange.repository().value())
                        .withUnlessEmpty("tag", tag));
    }

    private static JsonObject content(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        String kind = mediaType.equals("application/octet-stream") ? "blobs" : "manifests";
        var http = exchange.http();
        String url =
                (http.secure() ? "https://" : "http://")
                        + http.header("Host")
                        + "/v2/"
                        + exchange.repository()
                        + "/"
                        + kind
                        + "/"
                        + digest;
        return new JsonObject()
                .with("mediaType", mediaType)
                .with("digest", digest.toString())
                .with("size", size)
                .with("length", size)
                .with("repository", exchange.repository().value())
                .with("url", url)
                .withUnlessEmpty("tag", tag);
    }

    private void publish(String action, RegistryExchange exchange, JsonObject target) {
        var http = exchange.http();
        var event =
                new JsonObject()
                        .with("id", UUID.randomUUID().toString())
                        .with("timestamp", Instant.now().toString())
                        .with("action", action)
                        .with("target", target)
                        .with(
                                "request",
                                new JsonObject()
                                        .with("id", UUID.randomUUID().toString())
                                        .with("addr", http.remoteAddress())
                                        .with("host", http.header("Host"))
                                        .with("method", http.method())
                                        .with("useragent", http.header("User-Agent")))
                        .with(
                                "actor",
                                new JsonObject().withUnlessEmpty("name", exchange.visitor().name()))
                        .with("source", source);
        notifiers.forEach(notifier -> notifier.send(event));
    }
}
