package jong.registry.server.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import jong.oci.Digest;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import jong.registry.server.protocol.RepositoryName;

/**
 * Everything that a registry keeps, in one directory, which belongs to one process at a time.
 *
 * <p>What is acknowledged is on disk; what a crash interrupts is not there. May be used by several
 * threads at once.
 */
public final class RegistryStore implements AutoCloseable {

    private final Layout layout;
    private final DurableFiles files;
    private final BlobFiles blobs;
    private final Uploads uploads;
    private final References references = new References();
    private final FileChannel lock;

    /** The directory belongs to another process at the moment. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        InUseException(Path root) {
            super("cannot open " + root + ": another process serves it");
        }
    }

    private RegistryStore(Path root, FileChannel lock) throws IOException {
        this.lock = lock;
        this.layout = new Layout(root);
        this.files = new DurableFiles(layout.scratch());
        this.blobs = new BlobFiles(layout, files);
        this.uploads = new Uploads(layout);
        DurableFiles.makeDirectory(layout.repositories());
        DurableFiles.makeDirectory(layout.blobs());
    }

    /**
     * Opens the store in a directory, which is made if it is missing.
     *
     * @throws InUseException if another process has it open
     * @throws IOException if it cannot be used
     */
    public static RegistryStore open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel lock =
                FileChannel.open(
                        root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = lock.tryLock();
            if (held == null) {
                throw new InUseException(root);
            }
            return new RegistryStore(root, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A repository, whether there is something in it or not. */
    public RepositoryStore repository(RepositoryName name) {
        return new RepositoryStore(name, layout, files, blobs, references);
    }

    /** A repository; throws {@link ErrorCode#NAME_UNKNOWN} if there is nothing in it. */
    public RepositoryStore existing(RepositoryName name) {
        RepositoryStore repository = repository(name);
        if (!repository.exists()) {
            throw new RegistryException(ErrorCode.NAME_UNKNOWN, name.value());
        }
        return repository;
    }

    /** The length of content in bytes; empty if no repository has it. */
    public OptionalLong size(Digest digest) throws IOException {
        return blobs.size(digest);
    }

    /** Opens content for reading; throws {@link ErrorCode#BLOB_UNKNOWN}. */
    public FileChannel open(Digest digest) throws IOException {
        return blobs.open(digest);
    }

    /**
     * Begins an upload.
     *
     * @param algorithm of the digest that will end it; throws {@link ErrorCode#DIGEST_INVALID} if
     *     it is unknown
     */
    public Upload beginUpload(RepositoryName repository, String algorithm) throws IOException {
        return uploads.begin(repository, algorithm);
    }

    /** Finds an upload; throws {@link ErrorCode#BLOB_UPLOAD_UNKNOWN}. */
    public Upload upload(RepositoryName repository, String id) throws IOException {
        return uploads.find(repository, id);
    }

    /**
     * Makes an upload a blob of its repository. The upload ends in any case.
     *
     * @throws RegistryException {@link ErrorCode#DIGEST_INVALID} if it is not that digest's content
     */
    public void commit(Upload upload, Digest digest) throws IOException {
        try {
            upload.seal(digest);
            references.add(() -> blobs.publish(upload.data(), digest));
            repository(upload.repository()).mount(digest);
        } finally {
            uploads.forget(upload);
        }
    }

    /** Throws an upload away. */
    public void cancel(Upload upload) throws IOException {
        uploads.discard(upload);
    }

    /** Adds content that another repository has to a repository; whether there is such content. */
    public boolean mount(RepositoryName into, Digest digest) throws IOException {
        return repository(into).mount(digest);
    }

    /**
     * Names of repositories in the order of their characters' codes.
     *
     * @param last only names behind this one
     * @param limit how many at most; more are neither returned nor held in memory
     */
    public NavigableSet<RepositoryName> catalog(String last, int limit) throws IOException {
        var names = new TreeSet<RepositoryName>();
        new RepositoryWalk(layout.repositories())
                .forEach(name -> {
                    if (name.value().compareTo(last) > 0) {
                        names.add(name);
                        if (names.size() > limit) {
                            names.pollLast();
                        }
                    }
                });
        return names;
    }

    /** The collector of what nothing refers to any more. */
    public Collector collector() {
        return new Collector(this, layout, uploads, references);
    }

    /** Lets another process open the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
