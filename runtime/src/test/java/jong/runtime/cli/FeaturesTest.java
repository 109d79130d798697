package jong.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import jong.oci.runtime.SeccompSpec;
import jong.oci.runtime.Spec;
import jong.runtime.seccomp.SeccompCompiler;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told is tried, and compared with the specification's features.md and config.md. */
final class FeaturesTest {

    private JsonObject features;
    private JsonObject linux;

    @BeforeEach
    void describe() throws IOException {
        features = Features.describe();
        linux = features.object("linux");
    }

    @Test
    void bothEndsOfTheVersionsAreTaken() throws IOException {
        assertThat(features.string("ociVersionMin")).isEqualTo("1.0.0");
        assertThat(features.string("ociVersionMax")).isEqualTo("1.3.0");
        for (String version : List.of("ociVersionMin", "ociVersionMax")) {
            Spec spec = template(features.string(version));
            assertThatCode(() -> SpecValidator.check(spec)).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> SpecValidator.check(template("2.0.0")))
                .isInstanceOf(InvalidArgument.class);
    }

    private static Spec template(String version) throws IOException {
        return new Spec(Json.parseObject(Resources.text("spec.json")).with("ociVersion", version));
    }

    @Test
    void hooksAndNamespacesAreTheSpecifications() {
        assertThat(features.strings("hooks"))
                .containsExactly(
                        "prestart",
                        "createRuntime",
                        "createContainer",
                        "startContainer",
                        "poststart",
                        "poststop");
        assertThat(linux.strings("namespaces"))
                .containsExactly("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts");
        assertThat(linux.strings("capabilities")).hasSize(41).contains("CAP_CHOWN", "CAP_BPF");
    }

    @Test
    void mountOptionsAreTheSpecifications() {
        String pairs =
                "async sync atime noatime dev nodev diratime nodiratime exec noexec iversion"
                        + " noiversion lazytime nolazytime loud silent mand nomand relatime norelatime"
                        + " strictatime nostrictatime suid nosuid ro rw symfollow nosymfollow dirsync"
                        + " remount defaults bind rbind private rprivate shared rshared slave rslave"
                        + " unbindable runbindable rro rrw rsuid rnosuid rdev rnodev rexec rnoexec"
                        + " rdiratime rnodiratime rrelatime rnorelatime ratime rnoatime rstrictatime"
                        + " rnostrictatime rsymfollow rnosymfollow idmap ridmap tmpcopyup";
        assertThat(features.strings("mountOptions")).contains(pairs.split(" ")).isSorted();
    }

    @Test
    void everyWordOfSeccompCompilesAndNoOther() {
        JsonObject seccomp = linux.object("seccomp");
        assertThat(seccomp.strings("actions")).hasSize(9).contains("SCMP_ACT_NOTIFY").isSorted();
        for (String action : seccomp.strings("actions")) {
            tries(rule("personality", action, "SCMP_CMP_EQ"));
        }
        assertThat(seccomp.strings("operators")).hasSize(7);
        for (String operator : seccomp.strings("operators")) {
            tries(rule("personality", "SCMP_ACT_ALLOW", operator));
        }
        for (String arch : seccomp.strings("archs")) {
            tries(rule("personality", "SCMP_ACT_ALLOW", "SCMP_CMP_EQ").replace("ARCH", arch));
        }
        refuses(rule("personality", "SCMP_ACT_NONE", "SCMP_CMP_EQ"));
        refuses(rule("personality", "SCMP_ACT_ALLOW", "SCMP_CMP_NONE"));
    }

    @Test
    void everyFlagOfSeccompIsTaken() {
        JsonObject seccomp = linux.object("seccomp");
        assertThat(seccomp.strings("supportedFlags"))
                .containsExactly(
                        "SECCOMP_FILTER_FLAG_LOG",
                        "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                        "SECCOMP_FILTER_FLAG_TSYNC",
                        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
        String profile = rule("personality", "SCMP_ACT_ALLOW", "SCMP_CMP_EQ");
        for (String flag : seccomp.strings("knownFlags")) {
            tries(profile.replace("FLAGS", flag));
        }
        refuses(profile.replace("FLAGS", "SECCOMP_FILTER_FLAG_NONE"));
    }

    @Test
    void extensionsAreTold() {
        assertThat(linux.object("mountExtensions").object("idmap").flag("enabled")).isTrue();
        assertThat(linux.object("netDevices").flag("enabled")).isTrue();
        assertThat(linux.object("cgroup").flag("systemd")).isTrue();
        assertThat(linux.object("memoryPolicy").strings("modes")).hasSize(7);
        assertThat(linux.object("memoryPolicy").strings("flags")).hasSize(3);
        assertThat(linux.object("intelRdt").keySet())
                .containsExactly("enabled", "schemata", "monitoring");
    }

    private static String rule(String call, String action, String operator) {
        return """
        {"defaultAction":"SCMP_ACT_ERRNO","architectures":["ARCH"],"flags":["FLAGS"],
         "syscalls":[{"names":["%s"],"action":"%s",
          "args":[{"index":0,"value":8,"valueTwo":8,"op":"%s"}]}]}
        """
                .formatted(call, action, operator);
    }

    private static void tries(String profile) {
        assertThatCode(() -> compile(profile)).as(profile).doesNotThrowAnyException();
    }

    private static void refuses(String profile) {
        assertThatThrownBy(() -> compile(profile)).isInstanceOf(InvalidArgument.class);
    }

    private static void compile(String profile) {
        String whole = profile.replace("\"ARCH\"", "").replace("\"FLAGS\"", "");
        new SeccompCompiler().compile(new SeccompSpec(Json.parseObject(whole)));
    }
}
