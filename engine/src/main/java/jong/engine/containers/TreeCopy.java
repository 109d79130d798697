package jong.engine.containers;

import java.io.IOException;
import java.nio.ByteBuffer;
import jong.linux.files.Directory;
import jong.linux.files.DirectoryEntry;
import jong.linux.files.Fd;
import jong.linux.files.OpenHow;
import jong.linux.files.Stat;

/**
 * Copies what is in a directory into another, with owners, rights and times; links are copied as
 * links. The names are foreign: no component of a path is ever followed.
 */
final class TreeCopy {

    private static final int BUFFER = 256 << 10;
    private static final OpenHow FILE = OpenHow.reading().withoutFollowing().beneath();
    private static final OpenHow DIRECTORY = OpenHow.directory().withoutFollowing().beneath();

    private TreeCopy() {}

    /** Copies all entries of {@code from}, then its own owner and rights. */
    static void copy(Directory from, Directory to) throws IOException {
        for (DirectoryEntry entry : from.list()) {
            copy(entry.name(), from, to);
        }
        Stat self = from.fd().stat();
        to.fd().changeOwner(self.uid(), self.gid());
        to.fd().changeMode(self.permissions());
        to.fd().setTimes(self.accessTimeNanos(), self.modificationTimeNanos());
    }

    private static void copy(String name, Directory from, Directory to) throws IOException {
        Stat stat = from.stat(name);
        switch (stat.type()) {
            case DIRECTORY -> {
                to.makeDirectory(name, stat.permissions());
                try (Directory below = from.openDirectory(name, DIRECTORY);
                        Directory target = to.openDirectory(name, DIRECTORY)) {
                    copy(below, target);
                }
            }
            case REGULAR -> file(name, stat, from, to);
            case SYMLINK -> {
                to.makeSymlink(name, from.readSymlink(name));
                to.changeOwner(name, stat.uid(), stat.gid());
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                to.makeNode(name, stat.type(), stat.permissions(), stat.specialDevice());
                to.changeOwner(name, stat.uid(), stat.gid());
            }
            // A socket without its server is of no use to anybody.
            case SOCKET, UNKNOWN -> {}
        }
    }

    private static void file(String name, Stat stat, Directory from, Directory to)
            throws IOException {
        try (Fd source = from.open(name, FILE);
                Fd target = to.create(name, stat.permissions())) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (source.read(buffer) > 0) {
                target.writeFully(buffer.flip());
                buffer.clear();
            }
            target.changeOwner(stat.uid(), stat.gid());
            target.changeMode(stat.permissions());
            target.setTimes(stat.accessTimeNanos(), stat.modificationTimeNanos());
        }
    }

    /** Whether a directory has no entries. */
    static boolean isEmpty(Directory directory) throws IOException {
        return directory.list().isEmpty();
    }
}
