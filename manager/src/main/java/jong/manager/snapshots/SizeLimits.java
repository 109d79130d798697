package jong.manager.snapshots;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.FileType;
import jong.linux.files.OpenHow;
import jong.linux.files.ProjectQuota;
import jong.linux.files.TreeWalk;
import jong.manager.metadata.Bucket;
import jong.manager.metadata.MetadataStore;
import jong.wire.json.JsonObject;

/**
 * Limits of what is in directories of the data root, by project quotas of its file system.
 *
 * <p>A directory tells itself which project it is of, so that nothing else has to remember. Numbers
 * of projects count up from a place of Jong's own; the last one is stored before it is used, and
 * one that has files or a limit already, of whomever, is passed over: so no two directories share
 * one, whatever died in between.
 */
public final class SizeLimits {

    /** Far from those that administrators and Docker begin with. */
    private static final int FIRST_PROJECT = 0x4a4f0000;

    private static final OpenHow CHILD = OpenHow.reading().withoutFollowing().nonBlocking();

    private final Path root;
    private final MetadataStore metadata;
    private final Bucket bucket;

    /** Limits below a directory; all that share the metadata share the numbers. */
    public SizeLimits(Path root, MetadataStore metadata) {
        this.root = root;
        this.metadata = metadata;
        this.bucket = metadata.bucket("projects");
    }

    /** Whether there can be limits. */
    public boolean available() throws IOException {
        try (Directory directory = Directory.open(root)) {
            return ProjectQuota.isEnforced(directory.fd());
        }
    }

    /** What an administrator can do where there can be none. */
    public static String advice() {
        return "the data root has to be on ext4 mounted with prjquota (after tune2fs -O"
                + " project,quota -Q prjquota), or on xfs mounted with pquota";
    }

    /** Limits a directory with all that is in it now and later. */
    public void limit(Path path, long bytes) throws IOException {
        try (Directory directory = Directory.open(path)) {
            int project = next(directory.fd());
            ProjectQuota.setLimit(directory.fd(), project, bytes);
            setProject(directory, project);
        }
    }

    /** Makes a directory count for the limit that another one has, if it has one. */
    public static void share(Path limited, Path path) throws IOException {
        try (Directory other = Directory.open(limited);
                Directory directory = Directory.open(path)) {
            int project = ProjectQuota.project(other.fd());
            if (project != 0) {
                setProject(directory, project);
            }
        }
    }

    /** What a directory may occupy and does; empty without a limit. */
    public static Optional<ProjectQuota.Usage> usage(Path path) throws IOException {
        try (Directory directory = Directory.open(path)) {
            int project = ProjectQuota.project(directory.fd());
            if (project == 0 || !ProjectQuota.isEnforced(directory.fd())) {
                return Optional.empty();
            }
            return Optional.of(ProjectQuota.usage(directory.fd(), project))
                    .filter(usage -> usage.limit() > 0);
        }
    }

    /**
     * Removes a directory with its limit, which the file system would keep.
     *
     * @param name in {@code parent}; one that is not there is no error
     */
    public static void remove(Directory parent, String name, String limited) throws IOException {
        int project = 0;
        try (Directory directory =
                parent.openDirectory(name + "/" + limited, OpenHow.directory().withoutSymlinks())) {
            project = ProjectQuota.project(directory.fd());
        } catch (IOException _) {
            project = 0; // It is not there, or half made.
        }
        parent.removeTree(name);
        boolean own = project - FIRST_PROJECT > 0;
        if (own && ProjectQuota.isEnforced(parent.fd())) {
            ProjectQuota.setLimit(parent.fd(), project, 0);
        }
    }

    private int next(Fd file) throws IOException {
        while (true) {
            int[] project = new int[1];
            metadata.transaction(() -> {
                long last = bucket.get("last").map(json -> json.number("Number")).orElse(0L);
                project[0] = FIRST_PROJECT + (int) (last + 1);
                bucket.put("last", new JsonObject().with("Number", last + 1));
            });
            ProjectQuota.Usage usage = ProjectQuota.usage(file, project[0]);
            if (usage.limit() == 0 && usage.used() == 0) {
                return project[0];
            }
        }
    }

    private static void setProject(Directory directory, int project) throws IOException {
        ProjectQuota.setProject(directory.fd(), project);
        TreeWalk.walk(new Level(directory, project));
    }

    /** A directory whose files are put into a project. */
    private static final class Level implements TreeWalk.Node {

        private final Directory directory;
        private final int project;
        private boolean told;

        Level(Directory directory, int project) {
            this.directory = directory;
            this.project = project;
        }

        @Override
        public List<String> more() throws IOException {
            if (told) {
                return List.of();
            }
            told = true;
            return directory.list().stream().map(DirectoryEntry::name).toList();
        }

        @Override
        public Optional<Level> visit(String name) throws IOException {
            FileType type = directory.stat(name).type();
            if (type == FileType.DIRECTORY) {
                Directory child = directory.openDirectory(name, CHILD);
                ProjectQuota.setProject(child.fd(), project);
                return Optional.of(new Level(child, project));
            }
            if (type == FileType.REGULAR) {
                try (Fd file = directory.open(name, CHILD)) {
                    ProjectQuota.setProject(file, project);
                }
            }
            return Optional.empty();
        }

        @Override
        public void close() {
            directory.close();
        }
    }
}
