package jong.engine.volumes;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import jong.engine.events.Events;
import jong.linux.KernelThreads;
import jong.linux.files.Directory;
import jong.linux.files.FileCopy;
import jong.manager.archive.DirectoryArchive;
import jong.manager.images.ProgressEvent;
import jong.manager.images.ProgressListener;
import jong.manager.snapshots.TreeCopy;
import jong.manager.unpack.CountedInputStream;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Volumes out of and into archives and other volumes.
 *
 * <p>What arrives is put together where nobody sees it and becomes the volume in one step, on disk:
 * a death on the way leaves what was before. Containers that write to the source meanwhile are not
 * stopped, so what they write at that time is there or not.
 */
final class VolumeTransfers {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final VolumeService service;
    private final VolumeRecords records;
    private final Events events;
    private final Clock clock;

    VolumeTransfers(VolumeService service, Events events, Clock clock) {
        this.service = service;
        this.records = service.records();
        this.events = events;
        this.clock = clock;
    }

    /** Where an archive goes; opened once the volume was found. */
    interface Answer {
        OutputStream begin() throws IOException;
    }

    /** Packs all files of a volume, and how its directory is. */
    void export(String name, Answer answer) throws IOException {
        try (VolumeUse use = service.use(name, "export");
                Directory directory = Directory.open(use.data())) {
            // Left open: the server ends the answer of a handler that succeeds, and cuts that of
            // one that fails.
            var out = new BufferedOutputStream(answer.begin(), BUFFER_BYTES);
            DirectoryArchive.pack(directory, out);
        }
        tell("export", name);
    }

    /**
     * Makes a plain volume with the labels and files of another one, whatever that one mounts.
     *
     * @param cancelled becomes true when nobody wants the clone any more
     */
    void clone(String name, String target, ProgressListener progress, AtomicBoolean cancelled)
            throws IOException {
        VolumeRequest.checkName("clone " + name, target);
        try (VolumeUse use = service.use(name, "clone")) {
            records.reserve("clone " + name, target);
            try (var files = records.places().stage()) {
                files.limit(use.volume().isLocal() ? use.volume().options().size() : 0);
                long total = VolumeService.size(use.data());
                var counter = new Counter(target, total, progress, cancelled);
                KernelThreads.callToItsEnd(() -> {
                    copy(use, target, files, counter);
                    records.adopt(use.volume().cloned(target, now()), files);
                    return target;
                });
            } finally {
                records.giveUp(target);
            }
        }
        tell("create", target);
        progress.progress(new ProgressEvent.Status(target, "Clone complete"));
    }

    private static void copy(
            VolumeUse use, String target, VolumePlaces.Staged files, FileCopy.Listener listener)
            throws IOException {
        try (Directory from = Directory.open(use.data());
                Directory to = Directory.open(files.data())) {
            TreeCopy.copy(from, to, listener);
        } catch (InterruptedIOException e) {
            throw e; // The client is gone.
        } catch (IOException e) {
            throw new Internal(
                    "clone %s to %s: %s".formatted(use.volume().name(), target, e.getMessage()), e);
        }
    }

    /** Tells of bytes that were copied, and ends the copy when the client is gone. */
    private static final class Counter implements FileCopy.Listener {

        private final String name;
        private final long total;
        private final ProgressListener progress;
        private final AtomicBoolean cancelled;
        private long done;

        Counter(String name, long total, ProgressListener progress, AtomicBoolean cancelled) {
            this.name = name;
            this.total = total;
            this.progress = progress;
            this.cancelled = cancelled;
        }

        @Override
        public void copied(long bytes) throws IOException {
            if (cancelled.get()) {
                throw new InterruptedIOException("the client is gone");
            }
            done += bytes;
            progress.progress(new ProgressEvent.Bytes(name, "Copying", done, total));
        }
    }

    /**
     * Unpacks an archive, compressed or not, into a volume that is new or empty.
     *
     * @throws Conflict if it has files, or a container runs with it
     */
    void fill(String name, InputStream archive, ProgressListener progress) throws IOException {
        VolumeRequest.checkName("import " + name, name);
        var counted =
                new CountedInputStream(
                        archive,
                        done ->
                                progress.progress(
                                        new ProgressEvent.Bytes(name, "Importing", done, 0)));
        if (records.exists(name)) {
            fillEmpty(name, counted);
        } else {
            fillNew(name, counted);
        }
        tell("import", name);
        progress.progress(new ProgressEvent.Status(name, "Import complete"));
    }

    private void fillNew(String name, InputStream archive) throws IOException {
        VolumeRequest request = VolumeRequest.of(name, LocalVolumes.NAME, null, null);
        records.reserve("import " + name, name);
        try (var files = records.places().stage()) {
            unpack(name, archive, files);
            records.adopt(StoredVolume.create(request, now()), files);
        } finally {
            records.giveUp(name);
        }
        tell("create", name);
    }

    private void fillEmpty(String name, InputStream archive) throws IOException {
        try (VolumeUse use = service.use(name, "import")) {
            if (!use.volume().isLocal() || use.volume().options().needsMount()) {
                throw new InvalidArgument(
                        "import %s: the volume mounts something: unpack in a container that has it"
                                .formatted(name));
            }
            checkEmpty(name, use);
            try (var files = records.places().stage()) {
                files.share(name);
                unpack(name, archive, files);
                files.requireWithinLimit();
                files.sync();
                records.fill(name, files, use.user());
                records.places().syncName(name);
            }
        }
    }

    private static void checkEmpty(String name, VolumeUse use) throws IOException {
        try (Directory directory = Directory.open(use.data());
                var listing = directory.listing()) {
            if (!listing.entries().isEmpty()) {
                throw new Conflict("import " + name + ": volume is not empty");
            }
        }
    }

    private static void unpack(String name, InputStream archive, VolumePlaces.Staged files)
            throws IOException {
        try (Directory directory = Directory.open(files.data())) {
            DirectoryArchive.unpack(archive, directory);
        } catch (Internal | IOException e) {
            throw new Internal("import %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void tell(String action, String name) {
        events.publish("volume", action, name, Map.of("driver", "local"));
    }
}
