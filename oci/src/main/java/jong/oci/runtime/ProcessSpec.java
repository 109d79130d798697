package jong.oci.runtime;

import java.util.List;
import java.util.Optional;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * {@code process}: what runs, as whom, with which rights.
 *
 * @param json the object
 */
public record ProcessSpec(JsonObject json) {

    /** Whether stdio is a pseudo terminal. */
    public boolean terminal() {
        return json.flag("terminal");
    }

    /** The terminal's first size in rows, 0 when not given. */
    public int consoleRows() {
        return Numbers.unsignedInt(json.object("consoleSize"), "height", "process.consoleSize");
    }

    /** The terminal's first size in columns, 0 when not given. */
    public int consoleColumns() {
        return Numbers.unsignedInt(json.object("consoleSize"), "width", "process.consoleSize");
    }

    /** The working directory, absolute. */
    public String cwd() {
        return json.string("cwd");
    }

    /** The command and its arguments. */
    public List<String> args() {
        return json.strings("args");
    }

    /** The environment, {@code NAME=value} each. */
    public List<String> env() {
        return json.strings("env");
    }

    /** Who runs it. */
    public User user() {
        return new User(json.object("user"));
    }

    /** The capability sets, or nothing when not given: then all are empty. */
    public JsonObject capabilities() {
        return json.object("capabilities");
    }

    /** Whether execve never gives more rights. */
    public boolean noNewPrivileges() {
        return json.flag("noNewPrivileges");
    }

    /** AppArmor's profile, or empty. */
    public String apparmorProfile() {
        return json.string("apparmorProfile");
    }

    /** SELinux's process label, or empty. */
    public String selinuxLabel() {
        return json.string("selinuxLabel");
    }

    /** The kernel's preference to kill it for lack of memory, −1000 to 1000; null leaves it. */
    public @Nullable Long oomScoreAdj() {
        return json.numberOrNull("oomScoreAdj");
    }

    /** Resource limits. */
    public List<Rlimit> rlimits() {
        return json.objects("rlimits").stream()
                .map(r -> new Rlimit(r.string("type"), unsigned(r, "soft"), unsigned(r, "hard")))
                .toList();
    }

    /** {@code sched_setattr}'s values as given, or nothing. */
    public Optional<JsonObject> scheduler() {
        return json.has("scheduler") ? Optional.of(json.object("scheduler")) : Optional.empty();
    }

    /** {@code ioprio_set}'s class and priority as given, or nothing. */
    public Optional<JsonObject> ioPriority() {
        return json.has("ioPriority") ? Optional.of(json.object("ioPriority")) : Optional.empty();
    }

    /** The CPUs of an exec'd process before it enters the cgroup, such as {@code 0-3}, or empty. */
    public String initialCpuAffinity() {
        return json.object("execCPUAffinity").string("initial");
    }

    /** The CPUs of an exec'd process in the cgroup, or empty. */
    public String finalCpuAffinity() {
        return json.object("execCPUAffinity").string("final");
    }

    /** A limit may be 2^64−1, which JSON trees hold as a double. */
    private static long unsigned(JsonObject object, String name) {
        return object.get(name) instanceof Double d && d >= 0x1p63 ? -1 : object.number(name);
    }

    /**
     * A resource limit.
     *
     * @param type such as {@code RLIMIT_NOFILE}
     * @param soft the limit in force, an unsigned 64-bit number; −1 for none
     * @param hard how far the process may raise it, likewise
     */
    public record Rlimit(String type, long soft, long hard) {}

    /**
     * {@code process.user}.
     *
     * @param json the object
     */
    public record User(JsonObject json) {

        /** The numeric user id. */
        public int uid() {
            return Numbers.unsignedInt(json, "uid", "process.user");
        }

        /** The numeric group id. */
        public int gid() {
            return Numbers.unsignedInt(json, "gid", "process.user");
        }

        /** The file mode mask, or null for 022. */
        public @Nullable Long umask() {
            return json.numberOrNull("umask");
        }

        /** Further numeric group ids. */
        public List<Integer> additionalGids() {
            return Numbers.unsignedInts(json, "additionalGids", "process.user");
        }

        /**
         * Docker's {@code user[:group]}, looked up in the container's own files. The specification
         * has this member for Windows only; Jong's engine uses it in place of the numeric ids.
         */
        public String username() {
            return json.string("username");
        }

        /**
         * Further groups beside {@link #username}, names or numbers, looked up likewise: {@code
         * groupnames}, an extension of Jong's engine, then {@code additionalGids}.
         */
        public List<String> additionalGroups() {
            List<String> groups = new java.util.ArrayList<>(json.strings("groupnames"));
            additionalGids().forEach(gid -> groups.add(Integer.toUnsignedString(gid)));
            return groups;
        }
    }
}
