package jong.manager.gc;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jong.manager.leases.Resource;
import jong.oci.Digest;

/** What must stay. Used by one thread. */
public final class Marks {

    /** Each snapshot's parent, {@code ""} for those without. */
    private final Map<String, String> parents;

    private final Set<Resource> marked = new HashSet<>();
    private boolean complete = true;

    Marks(Map<String, String> parents) {
        this.parents = Map.copyOf(parents);
    }

    /** Keeps content. */
    public void content(Digest digest) {
        marked.add(Resource.content(digest));
    }

    /** Keeps a snapshot and those that it stands on, as far as they exist. */
    public void snapshot(String name) {
        String next = name;
        while (!next.isEmpty() && marked.add(Resource.snapshot(next))) {
            next = parents.getOrDefault(next, "");
        }
    }

    /** Whether a snapshot is kept. */
    public boolean hasSnapshot(String name) {
        return marked.contains(Resource.snapshot(name));
    }

    /**
     * Says that not everything that is referred to could be found out, because something is
     * damaged: then only what nobody can refer to goes, temporary snapshots and ingests.
     */
    public void incomplete() {
        complete = false;
    }

    void add(Resource resource) {
        switch (resource.kind()) {
            case SNAPSHOT -> snapshot(resource.id());
            case CONTENT, INGEST -> marked.add(resource);
        }
    }

    boolean has(Resource resource) {
        return marked.contains(resource);
    }

    boolean isComplete() {
        return complete;
    }
}
