package jong.engine.containers;

import java.io.IOException;

/** The volume's own part of its rename; called while none of its containers can start. */
public interface VolumeMove {

    /** Moves the files, after a note by which the next start undoes it. */
    void files() throws IOException;

    /** Stores the new name; the containers are stored in the same transaction. */
    void record();

    /** Undoes {@link #files}, however far it came. */
    void undo() throws IOException;
}
