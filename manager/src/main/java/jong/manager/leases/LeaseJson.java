package jong.manager.leases;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jong.manager.leases.Resource.Kind;
import jong.wire.json.JsonObject;

/** The form in which a lease is stored: its labels, when it began, what was recorded in it. */
final class LeaseJson {

    private LeaseJson() {}

    static JsonObject of(Lease lease) {
        var labels = new JsonObject();
        lease.labels().forEach(labels::with);
        var json = new JsonObject().with("created", lease.created().toString());
        Instant expires = lease.expires();
        if (expires != null) {
            json.with("expires", expires.toString());
        }
        json.with("labels", labels);
        for (Kind kind : Kind.values()) {
            json.with(
                    kind.name(),
                    lease.recorded().stream()
                            .filter(resource -> resource.kind() == kind)
                            .map(Resource::id)
                            .toList());
        }
        return json;
    }

    /** A lease as an earlier process left it: whoever held it is dead. */
    static Lease read(Leases leases, String id, JsonObject json) {
        Instant created = Instant.parse(json.string("created"));
        Instant expires =
                json.has("expires")
                        ? Instant.parse(json.string("expires"))
                        : created.plus(Leases.TIME_TO_RESUME);
        Map<String, String> labels = new TreeMap<>();
        JsonObject stored = json.object("labels");
        stored.keySet().forEach(key -> labels.put(key, stored.string(key)));
        List<Resource> recorded = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            json.strings(kind.name()).forEach(name -> recorded.add(new Resource(kind, name)));
        }
        return new Lease(leases, id, labels, created, expires, recorded);
    }
}
