package jong.manager.diff;

/**
 * A file in which a snapshot differs from its parent: a line of {@code docker diff}.
 *
 * @param kind what became of it
 * @param path where it is, absolute in the snapshot's root; bytes that are not UTF-8 as in {@link
 *     jong.linux.files.FileName}
 */
public record Change(Kind kind, String path) {

    /** What became of a file. */
    public enum Kind {
        /** It is another than below, or a directory with a change somewhere in it. */
        MODIFY(0, 'C'),
        /** It is not below. */
        ADD(1, 'A'),
        /** It is below, and here no more. */
        DELETE(2, 'D');

        private final int number;
        private final char letter;

        Kind(int number, char letter) {
            this.number = number;
            this.letter = letter;
        }

        /** Member {@code Kind} in the answers of the Docker API. */
        public int number() {
            return number;
        }

        /** What {@code docker diff} shows. */
        public char letter() {
            return letter;
        }
    }
}
