package jong.registry.server;

import java.util.List;
import jong.oci.Digest;

/** Tells several observers, in order. */
record Observers(List<Observer> all) implements Observer {

    @Override
    public void pulled(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        all.forEach(observer -> observer.pulled(exchange, digest, size, mediaType, tag));
    }

    @Override
    public void pushed(
            RegistryExchange exchange, Digest digest, long size, String mediaType, String tag) {
        all.forEach(observer -> observer.pushed(exchange, digest, size, mediaType, tag));
    }

    @Override
    public void mounted(RegistryExchange exchange, Digest digest, long size, String from) {
        all.forEach(observer -> observer.mounted(exchange, digest, size, from));
    }

    @Override
    public void deleted(RegistryExchange exchange, String digest, String tag) {
        all.forEach(observer -> observer.deleted(exchange, digest, tag));
    }
}
