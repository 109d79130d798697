package jong.runtime.validate;

import java.util.List;
import jong.oci.runtime.HookSpec;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Refuses configurations that can never be carried out: those that contradict themselves ({@link
 * #check}), and those that this machine cannot serve ({@link #checkAgainst}). Members that the
 * specification does not have are let through, as it asks. Texts are runc's.
 */
public final class SpecValidator {

    /** The points at which hooks are run, in the order of a container's life. */
    public static final List<String> HOOKS =
            List.of(
                    "prestart",
                    "createRuntime",
                    "createContainer",
                    "startContainer",
                    "poststart",
                    "poststop");

    private SpecValidator() {}

    /**
     * Looks at nothing but the configuration.
     *
     * @throws InvalidArgument with the first rule that it breaks
     */
    public static void check(Spec spec) {
        checkVersion(spec.ociVersion());
        ProcessSpec process =
                spec.process()
                        .orElseThrow(
                                () -> new InvalidArgument("process property must not be empty"));
        if (!spec.json().has("root")) {
            throw new InvalidArgument("root must be specified");
        }
        ProcessRules.check(process);
        checkHooks(spec);
        NamespaceRules.check(spec);
        SysctlRules.check(spec.linux());
    }

    /** A process beside the container's first. */
    public static void check(ProcessSpec process) {
        ProcessRules.check(process);
    }

    /**
     * Looks at the machine too.
     *
     * @throws InvalidArgument with the first rule that is broken
     */
    public static void checkAgainst(Host host, Spec spec) {
        check(spec);
        spec.process().ifPresent(process -> checkAgainst(host, process));
        NamespaceRules.checkAgainst(host, spec.linux());
        SysctlRules.checkAgainst(host, spec.linux());
        spec.linux().intelRdt().ifPresent(rdt -> checkResourceDirector(host, rdt));
    }

    /** The labels of a process, which the machine may have no use for. */
    public static void checkAgainst(Host host, ProcessSpec process) {
        if (!process.selinuxLabel().isEmpty() && !host.selinux()) {
            throw new InvalidArgument(
                    "selinux label is specified in config, but selinux is disabled or not"
                            + " supported");
        }
        String profile = process.apparmorProfile();
        if (!profile.isEmpty() && !profile.equals("unconfined") && !host.apparmor()) {
            throw new InvalidArgument("apparmor: config provided but apparmor not supported");
        }
    }

    /** Version 1 of the specification, whatever its minor version adds (config.md). */
    private static void checkVersion(String version) {
        if (!isSemantic(version)) {
            throw new InvalidArgument(
                    "ociVersion \"" + version + "\" is not a version of the specification");
        }
        if (!version.startsWith("1.")) {
            throw new InvalidArgument("ociVersion \"" + version + "\" is not supported");
        }
    }

    /** Three numbers and perhaps more; without regular expressions, whose start costs time. */
    private static boolean isSemantic(String version) {
        int at = 0;
        for (int number = 0; number < 3; number++) {
            int start = at;
            while (at < version.length() && Character.isDigit(version.charAt(at))) {
                at++;
            }
            if (at == start || (number < 2 && !version.startsWith(".", at))) {
                return false;
            }
            at += number < 2 ? 1 : 0;
        }
        return at == version.length() || version.charAt(at) == '-' || version.charAt(at) == '+';
    }

    private static void checkHooks(Spec spec) {
        for (String point : HOOKS) {
            for (HookSpec hook : spec.hooks(point)) {
                if (!hook.path().startsWith("/")) {
                    throw new InvalidArgument(
                            point + " hook path \"" + hook.path() + "\" is not absolute");
                }
                hook.timeoutMillis();
            }
        }
    }

    private static void checkResourceDirector(Host host, JsonObject rdt) {
        if (!host.resctrl()) {
            throw new InvalidArgument(
                    "intelRdt is specified in config, but Intel RDT is not enabled");
        }
        String group = rdt.string("closID");
        if (group.equals(".")
                || group.equals("..")
                || (group.length() > 1 && group.contains("/"))) {
            throw new InvalidArgument("invalid intelRdt.ClosID \"" + group + '"');
        }
        if (!rdt.string("l3CacheSchema").isEmpty() && !host.resctrlShares("L3")) {
            throw new InvalidArgument(
                    "intelRdt.l3CacheSchema is specified in config, but Intel RDT/CAT is not"
                            + " enabled");
        }
        if (!rdt.string("memBwSchema").isEmpty() && !host.resctrlShares("MB")) {
            throw new InvalidArgument(
                    "intelRdt.memBwSchema is specified in config, but Intel RDT/MBA is not"
                            + " enabled");
        }
    }
}
