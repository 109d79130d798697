package jong.manager.snapshots;

import java.time.Instant;
import java.util.Optional;
import jong.manager.snapshots.SnapshotInfo.Kind;
import jong.wire.json.JsonObject;

/**
 * What the metadata say of a snapshot.
 *
 * @param number of its directory
 * @param kind its state of life
 * @param parent the committed snapshot that it stands on, or {@code ""}
 * @param created when it was prepared
 * @param usage what it occupies, once somebody asked and it is committed
 * @param base what its files include already although it stands on nothing yet, or {@code ""}
 */
record SnapshotRecord(
        long number,
        Kind kind,
        String parent,
        Instant created,
        Optional<Usage> usage,
        String base) {

    /** A new one. */
    SnapshotRecord(long number, Kind kind, String parent, Instant created) {
        this(number, kind, parent, created, Optional.empty(), "");
    }

    static SnapshotRecord of(JsonObject json) {
        Optional<Usage> usage =
                json.has("inodes")
                        ? Optional.of(new Usage(json.number("bytes"), json.number("inodes")))
                        : Optional.empty();
        return new SnapshotRecord(
                json.number("number"),
                Kind.valueOf(json.string("kind")),
                json.string("parent"),
                Instant.parse(json.string("created")),
                usage,
                json.string("base"));
    }

    JsonObject toJson() {
        var json =
                new JsonObject()
                        .with("number", number)
                        .with("kind", kind.name())
                        .with("parent", parent)
                        .with("created", created.toString())
                        .withUnlessEmpty("base", base);
        usage.ifPresent(u -> json.with("bytes", u.bytes()).with("inodes", u.inodes()));
        return json;
    }

    SnapshotRecord committedOn(String newParent) {
        return new SnapshotRecord(number, Kind.COMMITTED, newParent, created);
    }

    SnapshotRecord withNumber(long other) {
        return new SnapshotRecord(other, kind, parent, created, usage, base);
    }

    SnapshotRecord withBase(String included) {
        return new SnapshotRecord(number, kind, parent, created, usage, included);
    }

    SnapshotRecord withUsage(Usage found) {
        return new SnapshotRecord(number, kind, parent, created, Optional.of(found), base);
    }

    SnapshotInfo info(String key) {
        return new SnapshotInfo(key, parent, kind, created);
    }
}
