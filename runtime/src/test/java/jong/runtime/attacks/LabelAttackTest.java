package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jong.oci.runtime.ProcessSpec;
import jong.runtime.Container;
import jong.runtime.ContainerExec;
import jong.runtime.Trial;
import jong.runtime.box.Profile;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Getting around AppArmor's profile of a container. */
@Tag("root")
@EnabledIf("apparmorIsOn")
final class LabelAttackTest {

    private static final String SECRET = "/etc/plain";
    private static final String READ = "cat /proc/self/attr/apparmor/current " + SECRET;

    @TempDir private Path temporary;
    private Trial trial;
    private Profile profile;

    static boolean apparmorIsOn() throws IOException {
        return Profile.possible();
    }

    @BeforeEach
    void prepare() throws IOException {
        trial = new Trial(temporary);
        profile = new Profile("jong-attack-" + ProcessHandle.current().pid(), SECRET);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        trial.close();
        profile.close();
    }

    /** What a further process with the profile says, and whether it could read the secret. */
    private String exec(Container container, String script) throws IOException {
        var process =
                new JsonObject()
                        .with("args", List.of("sh", "-c", "{ " + script + "; } >/said 2>&1"))
                        .with("cwd", "/")
                        .with("env", List.of("PATH=/bin"))
                        .with("apparmorProfile", profile.name);
        ContainerExec exec = container.exec(new ProcessSpec(process), false);
        exec.start();
        exec.exit().join();
        return Files.readString(trial.bundle.rootfs.resolve("said"));
    }

    @Test
    void theProfileHoldsForTheFirstProcessAndForFurtherOnes() throws IOException {
        String confined = profile.label() + "\ncat: can't open '/etc/plain': Permission denied\n";
        for (boolean noNewPrivileges : new boolean[] {false, true}) {
            JsonObject config = trial.script(READ + " >/first 2>&1; sleep 1000");
            config.object("process")
                    .with("apparmorProfile", profile.name)
                    .with("noNewPrivileges", noNewPrivileges);
            Container container = trial.create(config);
            container.start();
            assertThat(exec(container, READ)).isEqualTo(confined);
            container.destroy();
            assertThat(trial.bundle.rootfs.resolve("first")).hasContent(confined);
        }
    }

    /** CVE-2019-16884, CVE-2025-52881: the label is written where nobody looks. */
    @Test
    void aContainerCannotTakeTheLabelWithAFakeProcfs() throws IOException {
        String fake =
                "mount -t tmpfs none /proc; i=1; while [ $i -lt 100 ]; do"
                        + " mkdir -p /proc/$i/task/$i/attr/apparmor;"
                        + " : >/proc/$i/task/$i/attr/exec; : >/proc/$i/task/$i/attr/apparmor/exec;"
                        + " i=$((i+1)); done; touch /ready; sleep 1000";
        JsonObject config = trial.script(fake);
        for (String set : List.of("bounding", "effective", "permitted")) {
            config.object("process").object("capabilities").with(set, List.of("CAP_SYS_ADMIN"));
        }
        Container container = trial.create(config);
        container.start();
        while (!Files.exists(trial.bundle.rootfs.resolve("ready"))) {
            Thread.onSpinWait();
        }
        assertThat(exec(container, "ls /proc; cat " + SECRET))
                .as("the container's procfs is the fake one, and the profile in force")
                .doesNotContain("self", "not a program")
                .contains("99\n", "Permission denied");
        container.destroy();
    }

    @Test
    void aProfileThatIsNotThereIsAnErrorAndNotNoProfile() {
        JsonObject config = trial.script("touch /ran");
        config.object("process").with("apparmorProfile", "jong-nosuch");
        assertThatThrownBy(() -> trial.run(config))
                .hasMessageContaining(
                        "unable to apply apparmor profile: apparmor failed to apply profile: ");
        assertThat(trial.bundle.rootfs.resolve("ran")).doesNotExist();
    }
}
