package jong.runtime.plan;

/** Who carries out an operation, and when; docs/plan-format.md has the order. */
public enum Stage {
    /** A short-lived helper of the creating process, before the clone. */
    BEFORE(0),
    /** The creating process, after the clone, while the child is blocked. */
    PARENT(1),
    /** The container's first process, or the one that joins it. */
    CHILD(2);

    private final int number;

    Stage(int number) {
        this.number = number;
    }

    /** The number in the binary form. */
    int number() {
        return number;
    }
}
