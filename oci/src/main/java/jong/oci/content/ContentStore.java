package jong.oci.content;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Content addressed by digest (containerd's content store).
 *
 * <p>Content never changes: it comes by an ingest ({@link #writer}), is then found under its
 * digest, and goes by {@link #delete}. An ingest is named by a <em>ref</em>, any non-empty text of
 * the caller's choice; one ref has one writer at a time. The store knows no references between its
 * content: who keeps what is for its user to decide.
 *
 * <p>Content has <em>labels</em>, short texts by key, in which users note what the bytes do not
 * say: {@link DistributionSource} where it came from. They go with the content.
 *
 * <pre>{@code
 * try (ContentWriter writer = store.writer("layer-" + layer.digest(), layer)) {
 *     source.skip(writer.offset());
 *     source.transferTo(writer);
 *     writer.commit();
 * }
 * }</pre>
 *
 * <p>All methods may be called by several threads at once.
 */
public interface ContentStore {

    /** What the store knows about the content, or empty if it has none of that name. */
    Optional<ContentInfo> info(Digest digest);

    /**
     * Opens content for reading.
     *
     * @throws StatusException.NotFound {@code content sha256:…: not found}
     */
    ContentReader open(Digest digest) throws IOException;

    /**
     * Starts an ingest or goes on with one.
     *
     * @param ref the ingest's name
     * @param expected what is to come: its digest and size are verified at the commit; null if
     *     unknown
     * @throws StatusException.Unavailable if another writer has the ref
     */
    ContentWriter writer(String ref, @Nullable Descriptor expected) throws IOException;

    /** Deletes content; false if there was none. */
    boolean delete(Digest digest) throws IOException;

    /**
     * The labels of content, by key; none if there is no such content.
     *
     * @throws StatusException.Unimplemented if this store keeps no labels
     */
    Map<String, String> labels(Digest digest);

    /**
     * Changes the labels of content in one step, durably.
     *
     * @param change gets the labels as they are and gives them as they shall be; called once
     * @throws StatusException.NotFound if there is no such content
     * @throws StatusException.InvalidArgument if a key with its value has more than {@value
     *     LabelStore#MAX_BYTES} bytes
     * @throws StatusException.Unimplemented if this store keeps no labels
     */
    void updateLabels(Digest digest, UnaryOperator<Map<String, String>> change);

    /** All content, in no order. */
    List<ContentInfo> list() throws IOException;

    /** The refs of ingests that were neither committed nor discarded. */
    List<String> ingests() throws IOException;

    /** How far an ingest is, or empty if there is none of that ref. */
    Optional<IngestStatus> status(String ref) throws IOException;

    /**
     * Forgets an ingest; nothing happens if there is none.
     *
     * @throws StatusException.Unavailable if a writer has it
     */
    void abort(String ref) throws IOException;

    /**
     * Reads content whole.
     *
     * @param limit the greatest size accepted, in bytes
     * @throws StatusException.NotFound if the store does not have it
     * @throws StatusException.InvalidArgument if it is larger than {@code limit}
     */
    default byte[] readAll(Digest digest, int limit) throws IOException {
        try (ContentReader reader = open(digest)) {
            if (reader.size() > limit) {
                throw new StatusException.InvalidArgument(
                        "content " + digest + " has " + reader.size() + " bytes, limit " + limit);
            }
            return reader.stream().readAllBytes();
        }
    }

    /**
     * Whether the content is there.
     *
     * @throws StatusException.InvalidArgument if it is, with another size than the descriptor says
     */
    default boolean has(Descriptor wanted) {
        Optional<ContentInfo> info = info(wanted.digest());
        if (info.isPresent() && info.get().size() != wanted.size()) {
            throw new StatusException.InvalidArgument(
                    "content "
                            + wanted.digest()
                            + " has "
                            + info.get().size()
                            + " bytes, not "
                            + wanted.size());
        }
        return info.isPresent();
    }

    /** Stores bytes that are in memory; returns their SHA-256 digest. */
    default Digest put(byte[] bytes) throws IOException {
        Digest digest = Digest.sha256(bytes);
        put(digest, bytes);
        return digest;
    }

    /**
     * Stores bytes that are in memory, in the place of damaged ones too.
     *
     * @throws StatusException.InvalidArgument if that is not their digest
     */
    default void put(Digest digest, byte[] bytes) throws IOException {
        var expected = Descriptor.of("", digest, bytes.length);
        // The thread is part of the ref: two threads may store the same bytes at once.
        String ref = "put-" + digest + "-" + Thread.currentThread().threadId();
        try (ContentWriter writer = writer(ref, expected)) {
            writer.restart();
            writer.write(bytes);
            writer.commit();
        }
    }
}
