package jong.runtime.criu;

/** What criu can tell whether it can be done here, {@code criu_features} of its rpc.proto. */
public enum CriuFeature {
    /** To find the memory that was written since the last dump. */
    MEM_TRACK(1, "MemTrack"),
    /** To bring memory when it is asked for. */
    LAZY_PAGES(2, "LazyPages");

    private final int field;
    private final String word;

    CriuFeature(int field, String word) {
        this.field = field;
        this.word = word;
    }

    int field() {
        return field;
    }

    /** runc's word for it. */
    String word() {
        return word;
    }
}
