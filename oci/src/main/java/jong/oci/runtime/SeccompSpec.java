package jong.oci.runtime;

import java.util.List;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * {@code linux.seccomp}: which system calls a container may make.
 *
 * @param json the object
 */
public record SeccompSpec(JsonObject json) {

    /** What happens to a call that no rule names, such as {@code SCMP_ACT_ERRNO}. */
    public String defaultAction() {
        return json.string("defaultAction");
    }

    /** The error number of the default action, or null for EPERM. */
    public @Nullable Long defaultErrnoRet() {
        return json.numberOrNull("defaultErrnoRet");
    }

    /** The architectures beside the native one, such as {@code SCMP_ARCH_X86}. */
    public List<String> architectures() {
        return json.strings("architectures");
    }

    /** {@code SECCOMP_FILTER_FLAG_…} words. */
    public List<String> flags() {
        return json.strings("flags");
    }

    /** The socket that gets the notifying filter, or empty. */
    public String listenerPath() {
        return json.string("listenerPath");
    }

    /** Opaque words for who listens on that socket. */
    public String listenerMetadata() {
        return json.string("listenerMetadata");
    }

    /** The rules; the first that fits decides. */
    public List<SyscallRule> syscalls() {
        return json.objects("syscalls").stream().map(SyscallRule::new).toList();
    }

    /**
     * One of {@code syscalls}.
     *
     * @param json the object
     */
    public record SyscallRule(JsonObject json) {

        /** The calls' names; those that an architecture does not have are left out there. */
        public List<String> names() {
            return json.strings("names");
        }

        /** What happens, such as {@code SCMP_ACT_ALLOW}. */
        public String action() {
            return json.string("action");
        }

        /** The action's error number or trace value, or null for the default. */
        public @Nullable Long errnoRet() {
            return json.numberOrNull("errnoRet");
        }

        /** Conditions on arguments, all of which must hold. */
        public List<Argument> args() {
            return json.objects("args").stream().map(Argument::new).toList();
        }
    }

    /**
     * A condition on one argument of a system call.
     *
     * @param json the object
     */
    public record Argument(JsonObject json) {

        /** Which argument, 0 to 5. */
        public int index() {
            return (int) json.number("index");
        }

        /** The value to compare with, unsigned; for the masked comparison the mask. */
        public long value() {
            return unsigned("value");
        }

        /** The value that the masked argument must have, unsigned. */
        public long valueTwo() {
            return unsigned("valueTwo");
        }

        /** The comparison, such as {@code SCMP_CMP_EQ}. */
        public String operator() {
            return json.string("op");
        }

        /** Numbers beyond 2^63 reach the JSON tree as doubles; profiles have only -1 there. */
        private long unsigned(String name) {
            return json.get(name) instanceof Double d
                    ? new java.math.BigDecimal(d).toBigInteger().longValue()
                    : json.number(name);
        }
    }
}
