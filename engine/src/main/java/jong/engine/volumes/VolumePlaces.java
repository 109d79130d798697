package jong.engine.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import jong.linux.files.Directory;
import jong.linux.files.OpenHow;
import jong.linux.files.ProjectQuota.Usage;
import jong.manager.snapshots.SizeLimits;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Where the files of volumes are: {@code ROOT/NAME/_data}, and while one is being filled or removed
 * {@code ROOT/.incoming/N/_data}, which no volume can be called. What is below {@code .incoming} is
 * never whole, and goes when the daemon starts.
 */
final class VolumePlaces {

    private static final String INCOMING = ".incoming";
    private static final String DATA = "_data";
    private static final OpenHow ITSELF = OpenHow.directory().withoutFollowing();

    private final Path root;
    private final SizeLimits limits;
    private final AtomicLong numbers = new AtomicLong();

    /** Makes the directory of all volumes, and removes what a death left half done in it. */
    VolumePlaces(Path root, SizeLimits limits) throws IOException {
        this.limits = limits;
        // Others may pass, as with docker, but not look around.
        Files.createDirectories(
                root,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx-----x")));
        this.root = root.toRealPath(); // As the kernel's table of mounts has it.
        remove(INCOMING);
    }

    /** The directory that containers see. */
    Path data(String name) {
        return root.resolve(name).resolve(DATA);
    }

    boolean exists(String name) {
        return Files.exists(root.resolve(name));
    }

    /** Whether a volume has no files. */
    boolean isEmpty(String name) throws IOException {
        try (Directory directory = Directory.open(data(name));
                var listing = directory.listing()) {
            return listing.entries().isEmpty();
        }
    }

    /**
     * Makes the directories of a volume, unless they are there.
     *
     * @param size most bytes of its files; 0 for any number
     */
    void make(String name, long size) throws IOException {
        make(root.resolve(name));
        limit(data(name), size);
    }

    private void limit(Path data, long size) throws IOException {
        if (size == 0) {
            return;
        }
        if (!limits.available()) {
            throw new InvalidArgument(
                    "quota size requested but no quota support: " + SizeLimits.advice());
        }
        limits.limit(data, size);
    }

    private static void make(Path place) throws IOException {
        Path data = place.resolve(DATA);
        Files.createDirectories(place);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx-----x"));
        Files.createDirectories(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Removes a volume's files; by descriptors, because what lies in it was made by strangers. */
    void remove(String name) throws IOException {
        try (Directory parent = Directory.open(root)) {
            if (parent.statIfExists(name).isPresent()) {
                SizeLimits.remove(parent, name, DATA);
            }
        }
    }

    /** Gives a volume's directory another name, in one step. */
    void rename(String name, String newName) throws IOException {
        try (Directory parent = Directory.open(root)) {
            parent.renameWithoutReplacing(name, parent, newName);
            parent.sync();
        }
    }

    /** Returns once it is on disk that a volume has the files it was filled with. */
    void syncName(String name) throws IOException {
        try (Directory volume = Directory.open(root.resolve(name))) {
            volume.sync();
        }
    }

    /** Begins a volume that nobody sees yet. */
    Staged stage() throws IOException {
        String number = nextIncoming();
        make(root.resolve(INCOMING).resolve(number));
        return new Staged(number);
    }

    private String nextIncoming() throws IOException {
        Files.createDirectories(
                root.resolve(INCOMING),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Long.toString(numbers.getAndIncrement());
    }

    /** Takes a volume's directory, if there is one, away from its name, in one step. */
    Leaving moveAway(String name) throws IOException {
        String number = nextIncoming();
        try (Directory parent = Directory.open(root);
                Directory incoming = Directory.open(root.resolve(INCOMING))) {
            if (parent.statIfExists(name).isPresent()) {
                parent.renameWithoutReplacing(name, incoming, number);
            }
        }
        return new Leaving(number);
    }

    /** The directory of a volume that was moved away, to be removed. */
    final class Leaving {

        private final String number;

        private Leaving(String number) {
            this.number = number;
        }

        /** Removes it, by descriptors, because what lies in it was made by strangers. */
        void remove() throws IOException {
            try (Directory incoming = Directory.open(root.resolve(INCOMING))) {
                if (incoming.statIfExists(number).isPresent()) {
                    SizeLimits.remove(incoming, number, DATA);
                }
            }
        }

        /** Makes it the directory of the volume again. */
        void moveBack(String name) throws IOException {
            try (Directory incoming = Directory.open(root.resolve(INCOMING));
                    Directory parent = Directory.open(root)) {
                incoming.renameWithoutReplacing(number, parent, name);
            }
        }
    }

    /** Files on their way into a volume; closing removes what did not become one. */
    final class Staged implements AutoCloseable {

        private final String number;

        private Staged(String number) {
            this.number = number;
        }

        /** The directory to fill. */
        Path data() {
            return root.resolve(INCOMING).resolve(number).resolve(DATA);
        }

        /** Makes what is filled in count for a volume that is there, if that one is limited. */
        void share(String name) throws IOException {
            SizeLimits.share(VolumePlaces.this.data(name), data());
        }

        /** Limits what is filled in; 0 does not. */
        void limit(long size) throws IOException {
            VolumePlaces.this.limit(data(), size);
        }

        /** The daemon itself is above limits: what it has written must not be more. */
        void requireWithinLimit() throws IOException {
            if (SizeLimits.usage(data()).isEmpty()) {
                return;
            }
            sync(); // What is not on disk yet is not counted.
            Optional<Usage> usage = SizeLimits.usage(data());
            if (usage.isPresent() && usage.get().used() > usage.get().limit()) {
                throw new Internal(
                        "no space: %d bytes, more than the volume's size of %d"
                                .formatted(usage.get().used(), usage.get().limit()));
            }
        }

        /** Returns once all that was written is on disk. */
        void sync() throws IOException {
            try (Directory directory = Directory.open(data())) {
                directory.fd().syncFileSystem();
            }
        }

        /** Makes it the directory of a new volume, in one step. */
        void become(String name) throws IOException {
            try (Directory incoming = Directory.open(root.resolve(INCOMING));
                    Directory parent = Directory.open(root)) {
                incoming.renameWithoutReplacing(number, parent, name);
                parent.sync();
            }
        }

        /**
         * Makes its files those of a volume that is there, in one step; {@link
         * VolumePlaces#syncName} makes sure that they stay it.
         *
         * @throws jong.linux.ErrnoException ENOTEMPTY if the volume has files
         */
        void fill(String name) throws IOException {
            try (Directory incoming = Directory.open(root.resolve(INCOMING));
                    Directory own = incoming.openDirectory(number, ITSELF);
                    Directory parent = Directory.open(root);
                    Directory volume = parent.openDirectory(name, ITSELF)) {
                own.rename(DATA, volume, DATA);
            }
        }

        @Override
        public void close() throws IOException {
            try (Directory incoming = Directory.open(root.resolve(INCOMING))) {
                incoming.removeTree(number);
            }
        }
    }
}
