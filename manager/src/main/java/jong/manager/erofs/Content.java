package jong.manager.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import jong.linux.files.FileName;

/** What is in an inode, but for the data of regular files: see {@link FileData}. */
interface Content {

    /** Bytes of the content. */
    int length();

    /** Writes them into a buffer of zeros. */
    void write(ByteBuffer target);

    /** The content of any file. */
    static Content of(Inode inode, BlockSize block) throws IOException {
        return switch (inode) {
            case DirectoryInode directory -> DirectoryContent.of(directory, block);
            case SymlinkInode symlink -> new Text(FileName.encode(symlink.target()));
            case FileInode _, SpecialInode _ -> Text.NONE;
        };
    }

    /** Bytes as they are: what a symlink says. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    record Text(byte[] bytes) implements Content {

        private static final Text NONE = new Text(new byte[0]);

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void write(ByteBuffer target) {
            target.put(bytes);
        }
    }
}
