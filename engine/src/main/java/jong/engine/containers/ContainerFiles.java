package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.engine.spec.MountPoint;
import jong.manager.archive.RootFiles;
import jong.manager.archive.RootView;
import jong.manager.archive.RootView.Attachment;
import jong.manager.snapshots.Mount;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.NotFound;

/**
 * Opens the files of containers, running or not, for copying.
 *
 * <p>A container's {@code operation} lock is held while its files are looked up and, if it does not
 * run and is written to, until that is done: a start would mount the same directory again. Readers
 * hold no lock, so that a slow client stops nobody.
 */
final class ContainerFiles {

    private static final List<String> NETWORK_FILES = List.of("hosts", "hostname", "resolv.conf");

    private final Collaborators world;
    private final MountPreparation mounts;
    private final Cleanups cleanups;

    ContainerFiles(Collaborators world, ContainerMounts mounts, Cleanups cleanups) {
        this.world = world;
        this.mounts = mounts.preparation();
        this.cleanups = cleanups;
    }

    /** What is done with the files while they are open. */
    interface Use<T> {
        T on(RootFiles files) throws IOException;
    }

    /** Reads. */
    <T> T read(Container container, Use<T> use) throws IOException {
        return read(container, true, use);
    }

    /** Reads the root filesystem alone, without what is mounted on it. */
    <T> T readRoot(Container container, Use<T> use) throws IOException {
        return read(container, false, use);
    }

    private <T> T read(Container container, boolean mounts, Use<T> use) throws IOException {
        RootView view;
        container.operation().lock();
        try {
            view = mounts ? open(container) : openRoot(container);
        } finally {
            container.operation().unlock();
        }
        try (view) {
            return use.on(view.files());
        }
    }

    /** Writes. */
    <T> T write(Container container, Use<T> use) throws IOException {
        RootView view;
        container.operation().lock();
        try {
            Optional<RootView> running = running(container, destinations(container));
            if (running.isEmpty()) {
                // One that waits for its restart counts as running, and does not run either.
                try (RootView stopped = stopped(container, true)) {
                    return use.on(stopped.files());
                }
            }
            view = running.get();
        } finally {
            container.operation().unlock();
        }
        try (view) {
            return use.on(view.files());
        }
    }

    private RootView open(Container container) throws IOException {
        Optional<RootView> running = running(container, destinations(container));
        return running.isPresent() ? running.get() : stopped(container, false);
    }

    private RootView openRoot(Container container) throws IOException {
        Optional<RootView> running = running(container, List.of());
        return running.isPresent()
                ? running.get()
                : RootView.ofSnapshot(
                        world.snapshots().mounts(container.id()),
                        List.of(),
                        world.layout().mountTarget());
    }

    private static Optional<RootView> running(Container container, List<String> kept)
            throws IOException {
        if (container.gone()) {
            throw new Conflict("container " + container.id() + " is marked for removal");
        }
        Task task = container.task();
        if (task != null && container.running()) {
            try {
                return Optional.of(RootView.ofTask(task, kept));
            } catch (NotFound _) {
                // It ended in this moment: its files are those of a stopped one.
            }
        }
        return Optional.empty();
    }

    private static List<String> destinations(Container container) {
        List<String> all = new ArrayList<>(container.host().tmpfs().keySet());
        container.mounts().forEach(mount -> all.add(mount.destination()));
        NETWORK_FILES.forEach(file -> all.add("/etc/" + file));
        return all;
    }

    private RootView stopped(Container container, boolean write) throws IOException {
        cleanups.await(container); // It would end the holds that are begun here.
        // What the view has mounted stays there.
        try (PreparedMounts prepared = mounts.prepare(container)) {
            List<Attachment> attachments = attachments(container, prepared.mounts());
            List<Mount> snapshot = world.snapshots().mounts(container.id());
            Path target = world.layout().mountTarget();
            return write
                    ? RootView.ofWritableSnapshot(snapshot, attachments, target)
                    : RootView.ofSnapshot(snapshot, attachments, target);
        } finally {
            mounts.undo(container);
        }
    }

    private List<Attachment> attachments(Container container, List<MountPoint> points) {
        List<Attachment> all = new ArrayList<>();
        Path directory = world.layout().directory(container.id());
        for (String file : NETWORK_FILES) {
            Path source = directory.resolve(file);
            if (container.filesWritten() && Files.exists(source)) {
                boolean writable = !container.host().readonlyRootfs();
                all.add(new Attachment(source, "/etc/" + file, writable));
            }
        }
        for (MountPoint mount : points) {
            if (mount.type() != MountPoint.Kind.TMPFS) {
                String destination = mount.destination();
                all.removeIf(other -> other.destination().equals(destination));
                all.add(new Attachment(Path.of(mount.source()), destination, mount.writable()));
            }
        }
        return all;
    }
}
