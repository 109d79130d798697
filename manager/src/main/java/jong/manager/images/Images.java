package jong.manager.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.oci.Digest;
import jong.oci.Platform;
import jong.oci.reference.Reference;
import jong.registry.RegistryAuth;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * The images of this host, with docker's identity: an image <em>is</em> its configuration, and its
 * ID the digest of that.
 *
 * <p>An image has a manifest, a configuration and compressed or plain layers in the content store,
 * and an unpacked snapshot for each layer, shared with all images that have the same layers below.
 * Names with a tag point to one image each; an image without names is <em>dangling</em>.
 *
 * <p>Where a method takes a {@code nameOrId}, it is looked up as docker does: a full ID with or
 * without {@code sha256:}, then a name (tag {@code latest} if it has none), then a unique prefix of
 * an ID. The error is {@link StatusException.NotFound} {@code No such image: x:latest}, for an
 * ambiguous prefix too.
 *
 * <p>A change is durable when its method returns. Content and snapshots that belong to no image,
 * left by a death in the middle of something, go at the next start, but for what a pull can go on
 * with: that is kept for a day. All methods may be called by several threads at once. I/O trouble,
 * a full disk for example, is an {@link IOException}; what was begun is undone.
 */
public interface Images {

    /**
     * Pulls an image and names it. Layers come in parallel; those that are here already are not
     * fetched.
     *
     * @param reference what to pull; with a digest, that is what is verified
     * @param platform which image of an index to take
     * @throws StatusException with the registry's reason
     */
    Image pull(Reference reference, Platform platform, RegistryAuth auth, ProgressListener progress)
            throws IOException, InterruptedException;

    /**
     * Pulls all tags of a repository, one after the other; the first that fails ends it.
     *
     * @param repository without tag and digest
     * @return the images, in the order of the registry's tags
     */
    List<Image> pullAll(
            Reference repository, Platform platform, RegistryAuth auth, ProgressListener progress)
            throws IOException, InterruptedException;

    /**
     * Pushes an image to the registry of its name; with no tag, all tags of the repository. Layers
     * go as they came, without being compressed again, several at once; those that the registry
     * has, in this repository or another, are not sent.
     *
     * @param reference what to push, without a digest
     * @param platform which of the images that were pulled by that name; null for the last
     * @throws StatusException.NotFound if there is no such image here
     * @throws StatusException with the registry's reason
     */
    void push(
            Reference reference,
            @Nullable Platform platform,
            RegistryAuth auth,
            ProgressListener progress)
            throws IOException, InterruptedException;

    /**
     * Reads images from an archive as written by {@code docker save} or in the OCI layout, plain or
     * compressed with gzip or zstd.
     *
     * @param platform of which platform the images shall be, others are left out; null for any
     * @return the images, in the order of the archive
     * @throws StatusException.NotFound if none is of that platform
     */
    List<Image> load(InputStream archive, @Nullable Platform platform, ProgressListener progress)
            throws IOException;

    /**
     * Writes images into one archive that both {@code docker load} and readers of the OCI layout
     * take. A name without a tag stands for all tags of the repository.
     *
     * @param platform which of the images that were pulled by a name; null for the last
     * @throws StatusException.NotFound before anything was written
     */
    void save(List<String> namesOrIds, @Nullable Platform platform, OutputStream archive)
            throws IOException;

    /** Makes an image of one layer from a tar archive, plain or compressed with gzip or zstd. */
    Image importTar(InputStream archive, ImportRequest request, ProgressListener progress)
            throws IOException;

    /** Makes an image from another by one more layer; without changes, by none. */
    Image commit(CommitRequest request, CommitRequest.Layer layer) throws IOException;

    /**
     * The image of that name or ID.
     *
     * @throws StatusException.Internal if its configuration is lost
     */
    Image get(String nameOrId);

    /** Like {@link #get(String)}, or empty if there is none. */
    Optional<Image> find(String nameOrId);

    /**
     * The image of that name or ID, or of those that were pulled by the same name and index the one
     * that suits the platform best.
     *
     * @throws StatusException.NotFound also if there is none for the platform
     */
    Image get(String nameOrId, Platform platform);

    /**
     * As {@link #get(String)}, but with an image whose configuration is lost, too: for who only
     * wants to name or remove it.
     */
    Image known(String nameOrId);

    /** All images, the newest first; those whose configuration is lost at the end. */
    List<Image> list();

    /** What an image is on each platform that its index lists; at least its own manifest. */
    List<PlatformManifest> manifests(Image image) throws IOException;

    /** Bytes of the files of a layer; 0 if there is none of that chain ID. */
    long layerSize(Digest chainId);

    /** The steps that made an image, the newest first. */
    List<LayerHistory> history(Image image);

    /** Gives an image one more name; the name is taken from the image that had it. */
    void tag(String nameOrId, Reference target);

    /**
     * Removes a name, and with the last one the image with the layers that no other image has; by
     * ID, the image with its only name, or with all if {@code force}.
     *
     * @param force also if it has several names, or stopped containers use it
     * @param prune whether the images without names that it was made from here go too
     * @return what went, in docker's order
     * @throws StatusException.Conflict with docker's text if it is in use
     */
    List<Removal> remove(String nameOrId, boolean force, boolean prune, ImageUses uses);

    /**
     * Removes several, one after the other, with less work for each than by {@link #remove}; their
     * space is given back at the end.
     */
    Removals removals(ImageUses uses);

    /** Removals that share what they have to know of all images. For one thread. */
    interface Removals extends AutoCloseable {

        /**
         * As {@link Images#remove}. Images that have come since the first removal are not looked at
         * when it tells which layers went.
         */
        List<Removal> remove(String nameOrId, boolean force, boolean prune);

        @Override
        void close();
    }

    /**
     * Gives back the space of what belongs to no image and no container: after the last container
     * of a removed image went, and of pulls that were cut short.
     *
     * @param resumable whether also what a pull that was cut short would go on with
     */
    void collect(boolean resumable) throws IOException;

    /**
     * Makes the image {@code name} if no image has that name: one layer with the file {@code
     * program}, which it runs. For the image that Jong carries inside itself.
     *
     * @param program a static program; it becomes {@code /} and its file name
     */
    Image ensureBuiltIn(Reference name, Path program) throws IOException;
}
