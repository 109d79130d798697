package jong.manager.erofs;

import java.util.Optional;

/** Where the data of a layer's files is. */
sealed interface LayerData {

    /**
     * In the archive.
     *
     * @param size its length in bytes
     */
    record InArchive(long size) implements LayerData {

        /** Blocks of the archive. */
        long blocks() {
            return BlockSize.TAR.blocks(size);
        }
    }

    /**
     * In the image itself, compressed.
     *
     * @param firstFree the first block behind the data
     * @param packed the file that the small ones are parts of, if there are any
     * @param compressor the implementation, in at most 16 characters of ASCII
     */
    record InImage(int firstFree, Optional<FileInode> packed, String compressor)
            implements LayerData {}

    /** Field {@code volume_name}: what decides on the image's bytes besides the layer. */
    default String maker() {
        return switch (this) {
            case InArchive _ -> "";
            case InImage image -> image.compressor;
        };
    }

    /** The blocks of such an image. */
    default BlockSize block() {
        return switch (this) {
            case InArchive _ -> BlockSize.TAR;
            case InImage _ -> DataBlocks.SIZE;
        };
    }

    /** Field {@code meta_blkaddr}: inodes are numbered from there. */
    default int metaBlock() {
        return switch (this) {
            case InArchive _ -> 0;
            case InImage image -> image.firstFree;
        };
    }

    /**
     * Bytes from there that hold no inode; a file of number 0 is none in the eyes of readdir(3).
     */
    default int reserved() {
        return switch (this) {
            case InArchive _ -> Superblock.OFFSET + BlockSize.TAR.bytes();
            case InImage _ -> ImageFormat.SLOT;
        };
    }
}
