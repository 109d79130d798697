package jong.oci.content;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import jong.oci.Digest;

/**
 * Where a {@link LocalContentStore} keeps the labels of its content: with whatever its user keeps
 * durably. A change is durable when its method returns. All methods may be called by several
 * threads at once.
 */
public interface LabelStore {

    /** How long a key and its value may be together, in UTF-8 bytes; containerd's limit. */
    int MAX_BYTES = 4096;

    /** The labels noted for a digest, whether there is such content or not. */
    Map<String, String> get(Digest digest);

    /**
     * Changes the labels of a digest in one step; none are left if {@code change} gives none.
     *
     * @param change gets a copy of the labels, which it may change and return; called once
     */
    void update(Digest digest, UnaryOperator<Map<String, String>> change);

    /** All digests that have labels. */
    Set<Digest> labelled();
}
