package jong.manager.check;

import java.util.Locale;

/**
 * Something that is not as it should be.
 *
 * @param kind what kind of damage
 * @param subject what is damaged: a digest, a name, a key or a path
 * @param problem a sentence for the user, without full stop
 */
public record Damage(Kind kind, String subject, String problem) {

    /** The kinds of damage, in the order in which they are mended. */
    public enum Kind {
        /** The database itself is damaged. */
        METADATA,
        /** Content whose bytes have another digest than its name. */
        CONTENT_CORRUPT,
        /** Content that an image or a layer needs and that is not there. */
        CONTENT_MISSING,
        /** A file among the content that is none. */
        CONTENT_STRAY,
        /** Labels of content that is not there. */
        LABELS_STRAY,
        /** A name of an image that is not there. */
        NAME_STRAY,
        /** A layer that is not unpacked, or whose files are gone. */
        LAYER_MISSING,
        /** A layer whose files are others than those of its archive. */
        LAYER_DIFFERS,
        /** Files among the snapshots that belong to none. */
        FILES_STRAY,
        /** A snapshot of a container that does not exist. */
        SNAPSHOT_STRAY,
        /** A container whose files are gone. */
        CONTAINER_FILES_MISSING,
        /** What nothing refers to and the next collection takes. */
        UNREFERENCED;

        /** The kind as users read it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
