package jong.engine.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden files beside this test hold what dockerd 26.1.5 was asked, and the config.json that it
 * made of it; its hooks and repeated device rules are left out, ids and paths replaced.
 */
class ContainerSpecTest {

    /** All but CAP_SYS_RESOURCE, as on the machine where the golden files were made. */
    private static final Capabilities AVAILABLE = Capabilities.ofMask(0x1ff_feff_ffffL);

    private static final SpecRequest.Machine MACHINE =
            new SpecRequest.Machine("amd64", false, AVAILABLE);

    @ParameterizedTest
    @ValueSource(strings = {"plain", "tty", "res", "mounts", "host", "caps", "ucap", "priv"})
    void specIsThatOfDockerd(String name) throws Exception {
        JsonObject golden = golden(name);
        JsonObject made = ContainerSpec.of(request(golden));

        JsonObject wanted = golden.object("spec");
        JsonObject linux = made.object("linux");
        assertSeccomp(linux.object("seccomp"), golden);
        linux.remove("seccomp");
        linux.remove("devices");
        made.object("process").remove("user");
        dropCgroupNamespace(linux);
        assertThat(byDestination(made)).isEqualTo(byDestination(wanted));
        made.remove("mounts");
        wanted.remove("mounts");
        assertThat(Json.writePretty(sorted(made))).isEqualTo(Json.writePretty(sorted(wanted)));
    }

    @Test
    void userIsLeftToTheContainersOwnPasswdFile() throws Exception {
        JsonObject user = ContainerSpec.of(request(golden("tty"))).object("process").object("user");
        assertThat(user.string("username")).isEqualTo("1000:1000");
        assertThat(user.strings("groupnames")).containsExactly("5");
    }

    @Test
    void cgroupNamespaceIsTheContainersOwnUnlessHostIsAskedFor() throws Exception {
        JsonObject golden = golden("plain");
        assertThat(namespaces(ContainerSpec.of(request(golden)))).doesNotContain("cgroup");
        golden.object("host").put("CgroupnsMode", "private");
        assertThat(namespaces(ContainerSpec.of(request(golden)))).contains("cgroup");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO", "cap_foo", "CAP_FOO"})
    void unknownCapabilityIsRefusedWithDockersText(String name) {
        var host = new HostConfig(new JsonObject().with("CapAdd", List.of(name)));
        assertThatThrownBy(() -> AVAILABLE.of(host))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("invalid CapAdd: unknown capability: \"CAP_FOO\"");
    }

    @Test
    void customSeccompProfileIsResolvedForTheContainersCapabilities() {
        String profile =
                """
                {"defaultAction":"SCMP_ACT_ERRNO",
                 "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],
                 "syscalls":[
                  {"names":["read"],"action":"SCMP_ACT_ALLOW"},
                  {"name":"mount","action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
                  {"names":["clone"],"action":"SCMP_ACT_ALLOW","excludes":{"caps":["CAP_CHOWN"]}},
                  {"names":["x"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["s390x"]}}]}
                """;
        JsonObject made = new SeccompProfile("amd64", List.of("CAP_CHOWN")).custom(profile);
        assertThat(made.strings("architectures"))
                .containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86");
        assertThat(made.objects("syscalls")).hasSize(1);
        assertThatThrownBy(() -> new SeccompProfile("amd64", List.of()).custom("{"))
                .hasMessageStartingWith("Decoding seccomp profile failed: ");
    }

    /** As the OCI runtime specification has it: config.md, mounts. */
    @Test
    void ownersOfAMountAreMappedByTheRuntime() throws Exception {
        JsonObject mount = idMapped("'RW':false,'Propagation':'rshared'", "");
        assertThat(mount.strings("options")).containsExactly("rbind", "rro", "rshared", "idmap");
        assertThat(Json.write(mount.list("uidMappings")))
                .isEqualTo("[{\"containerID\":1000,\"hostID\":0,\"size\":2}]");
        assertThat(mount.list("gidMappings")).isEqualTo(mount.list("uidMappings"));
        assertThat(idMapped("'RW':true", ",'Recursive':true").strings("options"))
                .containsExactly("rbind", "ridmap");
    }

    private static JsonObject idMapped(String members, String recursive) throws Exception {
        String range = "{'ContainerID':1000,'HostID':0,'Size':2}";
        String text =
                "{'Type':'volume','Source':'/s','Destination':'/mapped',%s,'IDMap':"
                        + "{'UIDMappings':[%s]%s}}";
        String mount = text.formatted(members, range, recursive).replace('\'', '"');
        JsonObject golden = golden("plain").with("mounts", List.of(Json.parseObject(mount)));
        return Json.parseObject(byDestination(ContainerSpec.of(request(golden))).get("/mapped"));
    }

    private static SpecRequest request(JsonObject golden) {
        var host = new HostConfig(golden.object("host"));
        Boolean init = host.init();
        return new SpecRequest(
                "ID",
                new ContainerConfig(golden.object("config")),
                host,
                golden.strings("args"),
                golden.objects("mounts").stream().map(ContainerSpecTest::mount).toList(),
                Path.of("/files"),
                Map.of(),
                host.ipcMode().equals("host") ? Path.of("/dev/shm") : null,
                init != null && init ? Path.of("/usr/bin/docker-init") : null,
                MACHINE);
    }

    /** Inspect does not show a tmpfs's options; the golden file has only one such mount. */
    private static MountPoint mount(JsonObject shown) {
        if (shown.string("Type").equals("tmpfs")) {
            shown.with("TmpfsOptions", List.of("size=4k"));
        }
        shown.with("Recursive", true).with("RecursiveReadOnly", true);
        return MountPoint.ofStored(shown);
    }

    private static void assertSeccomp(JsonObject seccomp, JsonObject golden) throws Exception {
        JsonObject wanted = golden.object("seccomp");
        if (wanted.isEmpty()) {
            assertThat(seccomp.isEmpty()).isTrue();
            return;
        }
        var lines = new TreeSet<String>();
        for (JsonObject rule : seccomp.objects("syscalls")) {
            // As Python's json.dumps spells it, with which the golden digest was made.
            String args = Json.write(rule.list("args")).replace(":", ": ").replace(",", ", ");
            for (String name : rule.strings("names")) {
                lines.add(rule.string("action") + " " + name + " " + args);
            }
        }
        byte[] text = String.join("\n", lines).getBytes(UTF_8);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(wanted.string("names"));
    }

    private static void dropCgroupNamespace(JsonObject linux) {
        List<JsonObject> kept = new ArrayList<>(linux.objects("namespaces"));
        kept.removeIf(namespace -> namespace.string("type").equals("cgroup"));
        linux.put("namespaces", kept);
    }

    private static List<String> namespaces(JsonObject spec) {
        return spec.object("linux").objects("namespaces").stream()
                .map(namespace -> namespace.string("type"))
                .toList();
    }

    /** Docker's order among mounts of one depth is random. */
    private static Map<String, String> byDestination(JsonObject spec) {
        Map<String, String> result = new java.util.TreeMap<>();
        for (JsonObject mount : spec.objects("mounts")) {
            result.put(mount.string("destination"), Json.write(sorted(mount)));
        }
        return result;
    }

    private static JsonObject sorted(JsonObject json) {
        var copy = new JsonObject();
        json.keySet().stream().sorted().forEach(key -> copy.put(key, sortedValue(json.get(key))));
        return copy;
    }

    private static Object sortedValue(Object value) {
        return switch (value) {
            case JsonObject object -> sorted(object);
            case List<?> list -> list.stream().map(ContainerSpecTest::sortedValue).toList();
            default -> value;
        };
    }

    private static JsonObject golden(String name) throws Exception {
        try (var in = ContainerSpecTest.class.getResourceAsStream(name + ".json")) {
            return Json.parseObject(in.readAllBytes());
        }
    }
}
