package jong.runtime.cgroups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jong.linux.cgroups.Cgroup;

/**
 * Where the kernel tells that a group lacks memory. Version 1 announces each time by an eventfd,
 * also where nothing is killed then; version 2 announces any change of a file that counts.
 */
public final class OomNotices {

    private final Cgroup group;
    private final boolean unified;
    private long told;

    private OomNotices(Cgroup group, boolean unified) throws IOException {
        this.group = group;
        this.unified = unified;
        this.told = unified ? kills(group) : 0;
    }

    static OomNotices legacy(Cgroup group) throws IOException {
        return new OomNotices(group, false);
    }

    static OomNotices unified(Cgroup group) throws IOException {
        return new OomNotices(group, true);
    }

    /** The file by which it is told. */
    public String file() {
        return path(unified ? "memory.events" : "memory.oom_control");
    }

    /** The file by which announcements are ordered on version 1; empty on version 2. */
    public String control() {
        return unified ? "" : path("cgroup.event_control");
    }

    private String path(String name) {
        return group.directory().resolve(name).toString();
    }

    /**
     * How often memory was short since the last question.
     *
     * @param announcements how often the kernel announced something meanwhile
     */
    public long since(long announcements) throws IOException {
        if (!unified) {
            // The end of a group is announced in the same way.
            return Files.exists(Path.of(control())) ? announcements : 0;
        }
        long before = told;
        told = Math.max(before, kills(group));
        return told - before;
    }

    /** How many processes of a group of version 2 were killed for lack of memory. */
    static long kills(Cgroup group) throws IOException {
        return ControlFile.keyed(group, "memory.events").getOrDefault("oom_kill", 0L);
    }
}
