package jong.runtime.cgroups;

import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.LinuxResources.DeviceNumber;
import jong.oci.runtime.LinuxResources.RdmaLimit;
import org.jspecify.annotations.Nullable;

/** Collects settings, in writing order. Files of both versions with the same form are made here. */
final class SettingList {

    private final List<Setting> settings = new ArrayList<>();

    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** Sets {@code CONTROLLER.FILE}, unless the value is null. */
    void add(String controller, String file, @Nullable Object value) {
        add(controller, file, value, false);
    }

    void addOptional(String controller, String file, @Nullable Object value) {
        add(controller, file, value, true);
    }

    private void add(String controller, String file, @Nullable Object value, boolean optional) {
        if (value != null) {
            addFile(controller, controller + "." + file, value.toString(), optional);
        }
    }

    void addFile(String controller, String file, String value, boolean optional) {
        settings.add(new Setting(controller, file, value, optional));
    }

    /** Callers write 0 where they mean nothing. */
    static @Nullable Long unlessZero(@Nullable Long value) {
        return value == null || value == 0 ? null : value;
    }

    /** What a limit of 0 can be is 1: the process that is there already counts. */
    void pids(@Nullable Long limit) {
        if (limit != null) {
            add("pids", "max", limit < 0 ? "max" : Long.toString(Math.max(limit, 1)));
        }
    }

    /** A line {@code MAJOR:MINOR VALUE} for each device. */
    void devices(String controller, String file, String prefix, List<DeviceNumber> devices) {
        for (DeviceNumber d : devices) {
            add(controller, file, d.major() + ":" + d.minor() + " " + prefix + d.value());
        }
    }

    /** Limits of use and, where the kernel knows them, of reservations. */
    void hugepages(LinuxResources resources, String file) {
        resources
                .hugepageLimits()
                .forEach((size, limit) -> {
                    add("hugetlb", size + "." + file, Long.toUnsignedString(limit));
                    addOptional("hugetlb", size + ".rsvd." + file, Long.toUnsignedString(limit));
                });
    }

    void rdma(List<RdmaLimit> limits) {
        for (RdmaLimit limit : limits) {
            add(
                    "rdma",
                    "max",
                    limit.device()
                            + " hca_handle="
                            + numberOrMax(limit.handles())
                            + " hca_object="
                            + numberOrMax(limit.objects()));
        }
    }

    private static String numberOrMax(@Nullable Long number) {
        return number == null ? "max" : number.toString();
    }
}
