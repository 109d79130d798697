package jong.manager.erofs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where everything lies in an image: the superblock's part, then the data of files if it is not in
 * the archive, then the inodes, directory by directory from the root on, then the content that does
 * not fit beside them.
 */
final class ImageLayout {

    private final List<Inode> inodes = new ArrayList<>();
    private final Set<Inode> seenLinks = Collections.newSetFromMap(new IdentityHashMap<>());
    private final LayerData data;
    private final long epochNanos;
    private final int blocks;

    private ImageLayout(DirectoryInode root, LayerData data) throws IOException {
        this.data = data;
        collect(root);
        packed().ifPresent(inodes::add);
        epochNanos = commonTime(inodes);
        blocks = place();
    }

    /** Gives all inodes of a tree their places. */
    static ImageLayout of(DirectoryInode root, LayerData data) throws IOException {
        return new ImageLayout(root, data);
    }

    /** Where the data of files is. */
    LayerData data() {
        return data;
    }

    /** The file that small ones are parts of. */
    Optional<FileInode> packed() {
        return data instanceof LayerData.InImage image ? image.packed() : Optional.empty();
    }

    /** Where inodes begin in the image, in bytes. */
    long start() {
        return metaStart() + data.reserved();
    }

    /** Where an inode lies in the image, in bytes. */
    long place(Inode inode) {
        return metaStart() + Integer.toUnsignedLong(inode.nid()) * ImageFormat.SLOT;
    }

    private long metaStart() {
        return Integer.toUnsignedLong(data.metaBlock()) << data.block().bits();
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
        return InodeForm.of(inode, data.block(), epochNanos);
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
        for (Inode file : DirectoryContent.of(directory, data.block()).files()) {
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
        long position = start();
        int apart = 0;
        for (Inode inode : inodes) {
            InodeForm form = form(inode);
            long place = form.place(position);
            inode.nid((int) ((place - metaStart()) / ImageFormat.SLOT));
            inode.dataBlock(apart);
            position = place + form.length();
            apart += form.blocksApart();
        }
        int firstBlock = (int) data.block().blocks(position);
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
