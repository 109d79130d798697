package jong.manager.erofs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Where everything lies in an image: the superblock's part, then the inodes, directory by directory
 * from the root on, then the content that does not fit beside them.
 */
final class ImageLayout {

    /** Where inodes begin: after the blocks that hold superblock and device table. */
    static final long INODES_START = 3 * ImageFormat.BLOCK;

    private final List<Inode> inodes = new ArrayList<>();
    private final Set<Inode> seenLinks = Collections.newSetFromMap(new IdentityHashMap<>());
    private final long epochNanos;
    private final int blocks;

    private ImageLayout(DirectoryInode root) throws IOException {
        collect(root);
        epochNanos = commonTime(inodes);
        blocks = place();
    }

    /** Gives all inodes of a tree their places. */
    static ImageLayout of(DirectoryInode root) throws IOException {
        return new ImageLayout(root);
    }

    /** All inodes in the order of their places; the root is the first. */
    List<Inode> inodes() {
        return inodes;
    }

    /** The time that compact inodes have, in nanoseconds since the epoch. */
    long epochNanos() {
        return epochNanos;
    }

    /** Blocks of the whole image. */
    int blocks() {
        return blocks;
    }

    /** The form of one of the inodes. */
    InodeForm form(Inode inode) throws IOException {
        return InodeForm.of(inode, Content.of(inode), epochNanos);
    }

    /** Files of a directory follow each other, since they are looked at together. */
    private void collect(DirectoryInode root) throws IOException {
        inodes.add(root);
        for (int i = 0; i < inodes.size(); i++) {
            if (inodes.get(i) instanceof DirectoryInode directory) {
                collectFiles(directory);
            }
        }
    }

    private void collectFiles(DirectoryInode directory) throws IOException {
        int links = 2;
        for (Inode file : DirectoryContent.of(directory).files()) {
            if (file.isLinked() && !seenLinks.add(file)) {
                file.links(file.links() + 1);
                continue;
            }
            file.links(1);
            inodes.add(file);
            links += file instanceof DirectoryInode ? 1 : 0;
        }
        directory.links(links);
    }

    private int place() throws IOException {
        long position = INODES_START;
        int apart = 0;
        for (Inode inode : inodes) {
            InodeForm form = form(inode);
            long place = form.place(position);
            inode.nid((int) (place / ImageFormat.SLOT));
            inode.dataBlock(apart);
            position = place + form.length();
            apart += form.blocksApart();
        }
        int firstBlock = (int) ImageFormat.blocks(position);
        inodes.forEach(inode -> inode.dataBlock(firstBlock + inode.dataBlock()));
        return firstBlock + apart;
    }

    /** The time that most inodes have, if it is that of more than half of them (Boyer, Moore). */
    private static long commonTime(List<Inode> inodes) {
        long candidate = 0;
        int lead = 0;
        for (Inode inode : inodes) {
            if (lead == 0) {
                candidate = inode.modifiedNanos();
            }
            lead += inode.modifiedNanos() == candidate ? 1 : -1;
        }
        return candidate;
    }
}
