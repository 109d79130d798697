package jong.oci.content;

class MemoryContentStoreTest extends ContentStoreContract {

    private final MemoryContentStore store = new MemoryContentStore();

    @Override
    ContentStore store() {
        return store;
    }
}
