package jong.runtime.cgroups;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jong.linux.Errno;
import jong.linux.ErrnoException;
import jong.linux.cgroups.Cgroup;
import jong.wire.status.StatusException.InvalidArgument;

/** Writes settings into control files, and explains what the kernel says to them. */
final class SettingWriter {

    private final Place place;

    /** Where the files of a controller are. */
    interface Place {
        Optional<Cgroup> group(String controller);
    }

    SettingWriter(Place place) {
        this.place = place;
    }

    /**
     * Writes all. A period, a quota and a burst are checked by the kernel against each other: one
     * that is refused before the others of its controller stand is tried again after them.
     */
    void write(List<Setting> settings) throws IOException {
        List<Setting> refused = new ArrayList<>();
        for (Setting setting : settings) {
            try {
                write(setting);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EINVAL || !setting.controller().equals("cpu")) {
                    throw e;
                }
                refused.add(setting);
            }
        }
        for (Setting setting : refused) {
            write(setting);
        }
    }

    private void write(Setting setting) throws IOException {
        Optional<Cgroup> group = place.group(setting.controller());
        if (group.isEmpty()) {
            if (setting.optional()) {
                return;
            }
            throw new InvalidArgument(
                    "cannot set "
                            + setting.controller()
                            + " limit: container could not join or create cgroup");
        }
        try {
            group.get().write(setting.file(), setting.value());
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                refuseMissing(setting, group.get());
            } else if (e.errno() == Errno.EBUSY) {
                throw busy(setting, group.get(), e);
            } else {
                throw e;
            }
        }
        if (setting.file().equals("cpu.shares")) {
            checkShares(setting, group.get());
        }
    }

    private static void refuseMissing(Setting setting, Cgroup group) {
        if (setting.optional()) {
            return;
        }
        throw new InvalidArgument(
                "cannot set "
                        + setting.file()
                        + " to "
                        + setting.value()
                        + ": "
                        + group.directory()
                        + " has no such file");
    }

    private static IOException busy(Setting setting, Cgroup group, ErrnoException cause)
            throws IOException {
        if (!setting.file().equals("memory.limit_in_bytes")) {
            return cause;
        }
        return new IOException(
                "unable to set memory limit to "
                        + setting.value()
                        + " (current usage: "
                        + group.read("memory.usage_in_bytes")
                        + ", peak usage: "
                        + group.read("memory.max_usage_in_bytes")
                        + ")",
                cause);
    }

    /** The kernel takes any number here, and silently keeps the nearest that it can have. */
    private static void checkShares(Setting setting, Cgroup group) throws IOException {
        long kept = ControlFile.number(group, setting.file(), 0);
        int difference = Long.compareUnsigned(Long.parseLong(setting.value()), kept);
        if (difference != 0) {
            throw new InvalidArgument(
                    "the "
                            + (difference > 0 ? "maximum" : "minimum")
                            + " allowed cpu-shares is "
                            + kept);
        }
    }
}
