package jong.runtime.validate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import jong.oci.runtime.Spec;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

/** Texts are those of runc 1.5 where it has the rule. */
final class SpecValidatorTest {

    private static final String PLAIN =
            """
            {"ociVersion":"1.3.0","root":{"path":"rootfs"},
             "process":{"cwd":"/","args":["true"]},
             "linux":{"namespaces":[{"type":"mount"},{"type":"uts"},{"type":"ipc"},
              {"type":"network"}]}}
            """;

    /** A machine with everything, whose own network namespace is at /own. */
    private static final class Able implements Host {
        @Override
        public boolean selinux() {
            return true;
        }

        @Override
        public boolean apparmor() {
            return true;
        }

        @Override
        public boolean hasNamespace(String file) {
            return true;
        }

        @Override
        public boolean isOwnNetwork(Path namespace) {
            return namespace.equals(Path.of("/own"));
        }

        @Override
        public boolean resctrl() {
            return true;
        }

        @Override
        public boolean resctrlShares(String resource) {
            return resource.equals("X");
        }
    }

    /** A machine with nothing. */
    private static final class Poor implements Host {
        @Override
        public boolean selinux() {
            return false;
        }

        @Override
        public boolean apparmor() {
            return false;
        }

        @Override
        public boolean hasNamespace(String file) {
            return false;
        }

        @Override
        public boolean isOwnNetwork(Path namespace) {
            return false;
        }

        @Override
        public boolean resctrl() {
            return false;
        }

        @Override
        public boolean resctrlShares(String resource) {
            return false;
        }
    }

    /** Members are {@code path = JSON value}, one a line; {@code path =} removes. */
    private static Spec spec(String... members) {
        JsonObject spec = Json.parseObject(PLAIN);
        for (String member : members) {
            int equals = member.indexOf('=');
            String[] path = member.substring(0, equals).split("/");
            JsonObject owner = spec;
            for (int i = 0; i < path.length - 1; i++) {
                JsonObject next = owner.object(path[i]);
                owner.with(path[i], next);
                owner = next;
            }
            String value = member.substring(equals + 1);
            if (value.isEmpty()) {
                owner.remove(path[path.length - 1]);
            } else {
                owner.with(path[path.length - 1], Json.parse(value));
            }
        }
        return new Spec(spec);
    }

    private static void refused(String text, String... members) {
        assertThatThrownBy(() -> SpecValidator.checkAgainst(new Able(), spec(members)))
                .as(String.join(" ", members))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(text);
    }

    private static void accepted(String... members) {
        assertThatCode(() -> SpecValidator.checkAgainst(new Able(), spec(members)))
                .as(String.join(" ", members))
                .doesNotThrowAnyException();
    }

    private static void refusedByPoor(String text, String... members) {
        assertThatThrownBy(() -> SpecValidator.checkAgainst(new Poor(), spec(members)))
                .hasMessage(text);
    }

    private static String namespaces(String... types) {
        List<JsonObject> list = new java.util.ArrayList<>();
        for (String type : types) {
            String[] parts = type.split(":");
            JsonObject namespace = new JsonObject().with("type", parts[0]);
            list.add(parts.length > 1 ? namespace.with("path", parts[1]) : namespace);
        }
        return "linux/namespaces=" + Json.write(list);
    }

    @Test
    void propertiesThatNobodyKnowsAreLetThrough() {
        accepted("foo={\"bar\":1}", "process/foo=1", "linux/foo=[]", "hooks/foo=[]");
    }

    @Test
    void everyMinorVersionOfTheSpecificationIsAccepted() {
        accepted("ociVersion=\"1.0.0\"");
        accepted("ociVersion=\"1.9.3-rc.1\"");
        refused("ociVersion \"\" is not a version of the specification", "ociVersion=");
        refused("ociVersion \"x\" is not a version of the specification", "ociVersion=\"x\"");
        refused("ociVersion \"2.0.0\" is not supported", "ociVersion=\"2.0.0\"");
    }

    @Test
    void aProcessNeedsADirectoryAndArguments() {
        refused("process property must not be empty", "process=");
        refused("Cwd property must not be empty", "process/cwd=");
        refused("Cwd must be an absolute path", "process/cwd=\"a\"");
        refused("args must not be empty", "process/args=[]");
        refused("root must be specified", "root=");
    }

    @Test
    void namesNeedTheirNamespace() {
        String without = namespaces("mount");
        refused(
                "unable to set hostname without a private UTS namespace",
                without,
                "hostname=\"h\"");
        refused(
                "unable to set domainname without a private UTS namespace",
                without,
                "domainname=\"h\"");
        refused(
                "unable to restrict sys entries without a private MNT namespace",
                namespaces("uts"),
                "linux/maskedPaths=[\"/a\"]");
        refused(
                "unable to restrict sys entries without a private MNT namespace",
                namespaces("uts"),
                "linux/readonlyPaths=[\"/a\"]");
        accepted("hostname=\"h\"", "domainname=\"d\"", "linux/maskedPaths=[\"/a\"]");
    }

    @Test
    void mappingsAndUserNamespacesGoTogether() {
        String maps = "linux/uidMappings=[{\"containerID\":0,\"hostID\":1,\"size\":1}]";
        String groups = maps.replace("uid", "gid");
        refused(
                "user namespaces enabled, but no namespace path to join nor mappings to apply"
                        + " specified",
                namespaces("user"));
        refused(
                "user namespace mappings specified, but user namespace isn't enabled in the config",
                maps);
        accepted(namespaces("user"), maps, groups);
        accepted(namespaces("user:/u"));
    }

    @Test
    void timeOffsetsNeedANewTimeNamespace() {
        String offsets = "linux/timeOffsets={\"boottime\":{\"secs\":1}}";
        refused(
                "time namespace offsets specified, but time namespace isn't enabled in the config",
                offsets);
        refused(
                "time namespace enabled, but both namespace path and time offsets specified -- you"
                        + " may only provide one",
                namespaces("time:/t"),
                offsets);
        accepted(namespaces("time"), offsets);
    }

    @Test
    void networkDevicesNeedANetworkAndNames() {
        String device = "linux/netDevices/eth0={}";
        refused(
                "unable to move network devices without a NET namespace",
                namespaces("mount"),
                device);
        accepted(device);
        accepted("linux/netDevices/eth0={\"name\":\"lan%d\"}");
        for (String name : List.of("..", ".", "a b", "a:b", "1234567890123456")) {
            refused(
                    "invalid network device name \"" + name + '"',
                    "linux/netDevices={\"" + name + "\":{}}");
            refused(
                    "invalid network device name \"" + name + '"',
                    "linux/netDevices/eth0={\"name\":\"" + name + "\"}");
        }
    }

    @Test
    void sysctlsBelongToANamespaceOfTheContainer() {
        accepted(
                "linux/sysctl={\"net.ipv4.ip_forward\":\"1\",\"net/ipv4/conf/eth0.5/rp_filter\":"
                        + "\"1\",\"kernel.shmmax\":\"1\",\"fs.mqueue.msg_max\":\"1\","
                        + "\"kernel.domainname\":\"d\"}");
        String none = namespaces("mount");
        sysctlRefused("not allowed in host network namespace", "net.ipv4.ip_forward", none);
        sysctlRefused(
                "not allowed in host network namespace",
                "net.ipv4.ip_forward",
                namespaces("network:/own"));
        sysctlRefused("is not allowed in the hosts ipc namespace", "kernel.sem", none);
        sysctlRefused("is not allowed in the hosts ipc namespace", "fs.mqueue.msg_max", none);
        sysctlRefused("is not in a separate kernel namespace", "kernel.domainname", none);
        sysctlRefused("is not in a separate kernel namespace", "kernel.core_pattern", "foo=1");
        sysctlRefused("is not in a separate kernel namespace", "vm.swappiness", "foo=1");
        sysctlRefused(
                "is not allowed as it conflicts with the OCI \"hostname\" field",
                "kernel.hostname",
                "foo=1");
        refused(
                "setting ucounts without a user namespace not allowed: user.max_net_namespaces",
                "linux/sysctl={\"user.max_net_namespaces\":\"1\"}");
    }

    private static void sysctlRefused(String reason, String name, String member) {
        refused(
                "sysctl \"" + name + "\" " + reason,
                member,
                "linux/sysctl={\"" + name + "\":\"1\"}");
    }

    @Test
    void schedulersHaveTheirOwnParameters() {
        refused("scheduler policy is required", "process/scheduler={}");
        refused(
                "invalid scheduler.nice: 20 when scheduler.policy is SCHED_OTHER",
                "process/scheduler={\"policy\":\"SCHED_OTHER\",\"nice\":20}");
        refused(
                "invalid scheduler.nice: -21 when scheduler.policy is SCHED_BATCH",
                "process/scheduler={\"policy\":\"SCHED_BATCH\",\"nice\":-21}");
        refused(
                "scheduler.priority can only be specified for SchedFIFO or SchedRR policy",
                "process/scheduler={\"policy\":\"SCHED_OTHER\",\"priority\":1}");
        for (String member : List.of("runtime", "deadline", "period")) {
            refused(
                    "scheduler runtime/deadline/period can only be specified for SchedDeadline"
                            + " policy",
                    "process/scheduler={\"policy\":\"SCHED_RR\",\"" + member + "\":1}");
        }
        accepted("process/scheduler={\"policy\":\"SCHED_RR\",\"priority\":1}");
        accepted("process/scheduler={\"policy\":\"SCHED_DEADLINE\",\"runtime\":1}");
    }

    @Test
    void ioPrioritiesHaveAClassAndALevel() {
        refused(
                "invalid ioPriority.Priority: 8",
                "process/ioPriority={\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}");
        refused(
                "invalid ioPriority.Class: \"X\"",
                "process/ioPriority={\"class\":\"X\",\"priority\":1}");
        accepted("process/ioPriority={\"class\":\"IOPRIO_CLASS_IDLE\",\"priority\":0}");
    }

    @Test
    void hooksHaveAbsolutePathsAndTimeToRun() {
        refused(
                "poststop hook path \"a\" is not absolute",
                "hooks={\"poststop\":[{\"path\":\"a\"}]}");
        refused(
                "hook timeout must be greater than zero: 0",
                "hooks={\"prestart\":[{\"path\":\"/a\",\"timeout\":0}]}");
        accepted("hooks={\"prestart\":[{\"path\":\"/a\",\"timeout\":1}]}");
    }

    @Test
    void whatTheMachineCannotDoIsRefused() {
        refusedByPoor(
                "selinux label is specified in config, but selinux is disabled or not supported",
                "process/selinuxLabel=\"a\"");
        refusedByPoor(
                "apparmor: config provided but apparmor not supported",
                "process/apparmorProfile=\"a\"");
        refusedByPoor("cgroup namespaces aren't enabled in the kernel", namespaces("cgroup"));
        refusedByPoor("time namespaces aren't enabled in the kernel", namespaces("time"));
        refusedByPoor(
                "user namespaces aren't enabled in the kernel", namespaces("user:/proc/1/ns/user"));
        refusedByPoor(
                "intelRdt is specified in config, but Intel RDT is not enabled",
                "linux/intelRdt={}");
        refused(
                "intelRdt.l3CacheSchema is specified in config, but Intel RDT/CAT is not enabled",
                "linux/intelRdt={\"l3CacheSchema\":\"L3:0=f\"}");
        refused(
                "intelRdt.memBwSchema is specified in config, but Intel RDT/MBA is not enabled",
                "linux/intelRdt={\"memBwSchema\":\"MB:0=10\"}");
        refused("invalid intelRdt.ClosID \"..\"", "linux/intelRdt={\"closID\":\"..\"}");
        refused("invalid intelRdt.ClosID \"a/b\"", "linux/intelRdt={\"closID\":\"a/b\"}");
    }
}
