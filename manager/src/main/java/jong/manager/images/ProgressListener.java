package jong.manager.images;

/**
 * Hears how a long operation on images goes on. Called by several threads, one at a time, and
 * often: it must be quick, and it may block to slow a fast operation down. What it throws ends the
 * operation.
 */
@FunctionalInterface
public interface ProgressListener {

    /** Hears nothing. */
    ProgressListener NONE = _ -> {};

    /** Something happened. */
    void progress(ProgressEvent event);
}
