package jong.manager.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.files.Directory;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.mounts.DetachedMount;
import jong.linux.mounts.MountView;
import jong.manager.snapshots.Mount;
import jong.manager.snapshots.MountedSnapshot;
import jong.manager.tasks.Task;
import jong.wire.status.StatusException;

/**
 * A container's files for a while, as the container sees them: its root filesystem with what is
 * mounted on it, but without what the kernel makes up ({@code /proc}, {@code /sys}, {@code /dev}).
 *
 * <p>Nobody sees the mounts, and nothing is left of them when this closes or the process ends. The
 * places to mount on are found inside the root and kept open, so no symlink in there leads a mount
 * elsewhere. Needs root.
 */
public final class RootView implements AutoCloseable {

    private static final OpenHow PLACE = OpenHow.path().inRoot();

    private final MountView view;

    private RootView(MountView view) {
        this.view = view;
    }

    /**
     * Something mounted into a container that does not run.
     *
     * @param source a file or directory of the host
     * @param destination absolute path in the container; made if there is nothing
     * @param writable whether it may be written to
     */
    public record Attachment(Path source, String destination, boolean writable) {}

    /**
     * The files that a running container sees now.
     *
     * @param kept the destinations of its mounts; what else is mounted does not show
     * @throws StatusException.NotFound if it has ended
     */
    public static RootView ofTask(Task task, List<String> kept) throws IOException {
        Path file = Path.of("/proc", Integer.toString(task.pid()), "ns", "mnt");
        try (Fd namespace = Fd.open(file, OpenHow.reading())) {
            // The number may be another's by now; that one is not in the container's cgroup.
            if (!task.pids().contains(task.pid())) {
                throw new StatusException.NotFound("container " + task.id() + " has ended");
            }
            return new RootView(MountView.copyOf(namespace, kept));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                throw new StatusException.NotFound("container " + task.id() + " has ended", e);
            }
            throw e;
        }
    }

    /**
     * The files of a container that does not run, for reading. The snapshot may come into use while
     * this is open; what changes then is seen or not.
     *
     * @param snapshot the mounts of its snapshot
     * @param attachments what is mounted on it
     * @param target any empty directory
     */
    public static RootView ofSnapshot(
            List<Mount> snapshot, List<Attachment> attachments, Path target) throws IOException {
        try {
            return of(snapshot.stream().map(RootView::readOnly).toList(), attachments, target);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EROFS) {
                throw e;
            }
        }
        // A place to mount on is missing, and this makes it.
        ofWritableSnapshot(snapshot, attachments, target).close();
        return of(snapshot.stream().map(RootView::readOnly).toList(), attachments, target);
    }

    /**
     * The files of a container that does not run, for writing. Nothing else may use its snapshot
     * while this is open. Otherwise as {@link #ofSnapshot}.
     */
    public static RootView ofWritableSnapshot(
            List<Mount> snapshot, List<Attachment> attachments, Path target) throws IOException {
        return of(snapshot, attachments, target);
    }

    private static RootView of(List<Mount> snapshot, List<Attachment> attachments, Path target)
            throws IOException {
        List<Attachment> outerFirst = new ArrayList<>(attachments);
        outerFirst.sort(Comparator.comparing(Attachment::destination));
        return new RootView(
                MountView.of(
                        target,
                        () -> {
                            MountedSnapshot.mountAt(snapshot, target);
                            for (Attachment attachment : outerFirst) {
                                attach(attachment, target);
                            }
                        }));
    }

    /** An overlay whose upper directory is its topmost lower one: it claims no directory. */
    private static Mount readOnly(Mount mount) {
        String upper = mount.option("upperdir");
        if (upper.isEmpty()) {
            return mount;
        }
        List<String> options = new ArrayList<>();
        for (String option : mount.options()) {
            if (option.startsWith("lowerdir=")) {
                options.add("lowerdir=" + upper + ":" + mount.option("lowerdir"));
            } else if (!option.startsWith("upperdir=") && !option.startsWith("workdir=")) {
                options.add(option);
            }
        }
        return new Mount(mount.type(), mount.source(), options);
    }

    /** The root; it stays this object's own. */
    public RootFiles files() {
        return new RootFiles(view.root());
    }

    @Override
    public void close() {
        view.close();
    }

    private static void attach(Attachment attachment, Path target) throws IOException {
        // Opened anew each time, because a descriptor shows nothing that is mounted on it later.
        try (var root = Directory.open(target);
                var source = Fd.open(attachment.source(), OpenHow.path());
                var mount = DetachedMount.copyOf(source);
                var place = place(root, attachment, source.stat().type())) {
            mount.configure(!attachment.writable());
            mount.attach(place);
        }
    }

    private static Fd place(Directory root, Attachment attachment, FileType type)
            throws IOException {
        String path = attachment.destination();
        try {
            return root.open(path, PLACE);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        if (type == FileType.DIRECTORY) {
            Parents.make(root, path).close();
        } else {
            try (Directory parent = Parents.make(root, EntryName.parent(path))) {
                parent.create(EntryName.base(path), 0644).close();
            }
        }
        return root.open(path, PLACE);
    }
}
