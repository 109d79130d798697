package jong.manager.erofs;

import java.io.IOException;
import jong.manager.tar.TarEntry;
import jong.manager.tar.TarReader;

/** Leaves all data where it is: in the archive, which is the image's device. */
final class ArchiveData implements FileStore {

    private final MemoryBudget budget;

    ArchiveData(MemoryBudget budget) {
        this.budget = budget;
    }

    @Override
    public FileData store(TarEntry entry, TarReader tar) throws IOException {
        if (entry.size() == 0) {
            return ArchivePart.EMPTY;
        }
        if (entry.chunks().isEmpty()) {
            return new ArchivePart(tar.contentOffset());
        }
        ChunkMap chunks = ChunkMap.inArchive(entry, tar.contentOffset());
        budget.add(chunks.memoryBytes());
        return chunks;
    }
}
