package jong.manager.erofs;

import jong.linux.files.Device;
import jong.linux.files.FileType;

/** A device or a pipe of a layer, or a whiteout. */
final class SpecialInode extends Inode {

    private final FileType type;
    private final int device;

    /**
     * A node.
     *
     * @param type as of mknod(2)
     * @param device the device's number in the kernel's form; 0 for pipes
     */
    SpecialInode(FileType type, int device) {
        this.type = type;
        this.device = device;
    }

    /** What overlayfs takes for "no such file": a character device 0/0. */
    static SpecialInode whiteout() {
        return new SpecialInode(FileType.CHARACTER_DEVICE, (int) Device.of(0, 0));
    }

    @Override
    FileType type() {
        return type;
    }

    int device() {
        return device;
    }

    boolean isWhiteout() {
        return type == FileType.CHARACTER_DEVICE && device == 0;
    }
}
