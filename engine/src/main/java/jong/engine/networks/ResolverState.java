package jong.engine.networks;

import jong.network.ResolvConf.Overrides;
import jong.wire.json.JsonObject;

/** What a container asked for of its resolver, as it is kept for the daemon's next start. */
final class ResolverState {

    private ResolverState() {}

    static JsonObject toJson(Overrides overrides) {
        return new JsonObject()
                .with("servers", overrides.nameservers())
                .with("search", overrides.search())
                .with("options", overrides.options());
    }

    static Overrides fromJson(JsonObject json) {
        return new Overrides(
                json.strings("servers"), json.strings("search"), json.strings("options"));
    }
}
