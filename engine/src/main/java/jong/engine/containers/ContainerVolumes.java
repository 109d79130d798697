package jong.engine.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What containers need of volumes. */
public interface ContainerVolumes {

    /**
     * A volume as containers see it.
     *
     * @param name its name
     * @param driver its driver, {@code local}
     * @param mountpoint its directory on the host
     */
    record Volume(String name, String driver, Path mountpoint) {}

    /**
     * What a volume is made with if it does not exist.
     *
     * @param name its name; empty for an anonymous one
     * @param driver its driver; empty for {@code local}
     * @param options of the driver
     * @param labels free
     */
    record Request(
            String name, String driver, Map<String, String> options, Map<String, String> labels) {}

    /**
     * The volume of that name, made if there is none, and from now on in use by the container: it
     * cannot be removed until {@link #release}. The uses are not kept over a restart of the daemon:
     * containers call this again for what they have.
     */
    Volume acquire(Request request, String containerId);

    /** Ends a use; a volume that is gone is no error. */
    void release(String name, String containerId);

    /**
     * Makes the volume's directory usable: mounted, if it has to be, until the last hold on it
     * ends.
     *
     * @param holder names the hold; more than once is the same hold
     */
    Path mount(String name, String holder);

    /**
     * Ends a hold.
     *
     * @return whether there was one
     */
    boolean unmount(String name, String holder);

    /** What puts files into an empty directory. */
    interface Filler {
        void fill(Path directory) throws IOException;
    }

    /**
     * Fills an empty volume in one step, so that a death on the way leaves it empty, not half full.
     * Only one that is nothing but a directory, and that nobody else holds.
     *
     * @param holder whose hold does not count
     * @return whether that could be; otherwise the volume is as before
     */
    boolean fill(String name, String holder, Filler filler) throws IOException;

    /** After a restart of the daemon and of all holds: unmounts what nobody holds any more. */
    void unmountUnheld();

    /** Removes an anonymous volume with its container; one that is in use elsewhere stays. */
    void removeIfUnused(String name);
}
