package jong.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The expected texts are those of dockerd 26.1.5. */
class DaemonOptionsTest {

    @TempDir Path directory;

    private DaemonOptions parse(String... arguments) throws IOException {
        return parseWith("{}", arguments);
    }

    private DaemonOptions parseWith(String json, String... arguments) throws IOException {
        Path file = directory.resolve("daemon.json");
        Files.writeString(file, json);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config-file=" + file);
        return DaemonOptions.parse(all);
    }

    private void checkRefused(String message, String json, String... arguments) {
        assertThatThrownBy(() -> parseWith(json, arguments))
                .isInstanceOf(UsageException.class)
                .hasMessage(message.replace("FILE", directory.resolve("daemon.json").toString()));
    }

    @Test
    void flagsAreReadInEveryForm() throws IOException {
        var options =
                parse(
                        "-D",
                        "-Hunix:///a",
                        "-H",
                        "unix:///b",
                        "--host=tcp://c",
                        "--mtu",
                        "1400",
                        "--icc=false",
                        "-p=/x",
                        "--dns",
                        "1.1.1.1",
                        "--dns",
                        "8.8.8.8",
                        "--log-opt",
                        "max-size=1m",
                        "--default-shm-size",
                        "128MiB");
        assertThat(options.hosts()).containsExactly("unix:///a", "unix:///b", "tcp://c");
        assertThat(options.logLevel()).isEqualTo("debug");
        assertThat(options.mtu()).isEqualTo(1400);
        assertThat(options.interContainerCommunication()).isFalse();
        assertThat(options.pidFile()).isEqualTo(Path.of("/x"));
        assertThat(options.dns()).containsExactly("1.1.1.1", "8.8.8.8");
        assertThat(options.logOptions()).isEqualTo(Map.of("max-size", "1m"));
        assertThat(options.defaultShmSize()).isEqualTo(128L << 20);
        assertThat(options.withoutEffect()).isEmpty();
    }

    @Test
    void whatIsNotSaidHasJongsDefaults() throws IOException {
        var options = parse();
        assertThat(options.hosts()).containsExactly("unix:///run/jong.sock");
        assertThat(options.dataRoot()).isEqualTo(Path.of("/var/lib/jong"));
        assertThat(options.execRoot()).isEqualTo(Path.of("/run/jong"));
        assertThat(options.group()).isEqualTo("docker");
        assertThat(options.userlandProxy()).isTrue();
        assertThat(options.init()).isFalse();
    }

    @Test
    void wrongFlagsAreRefused() {
        String end = "\nSee 'jongd --help'., Code: 125";
        checkRefused("Status: unknown flag: --bogus" + end, "{}", "--bogus");
        checkRefused("Status: unknown shorthand flag: 'Z' in -Z" + end, "{}", "-Z");
        checkRefused(
                "Status: invalid argument \"abc\" for \"--mtu\" flag: strconv.ParseInt: parsing"
                        + " \"abc\": invalid syntax"
                        + end,
                "{}",
                "--mtu",
                "abc");
        checkRefused(
                "Status: invalid argument \"maybe\" for \"-D, --debug\" flag: strconv.ParseBool:"
                        + " parsing \"maybe\": invalid syntax"
                        + end,
                "{}",
                "--debug=maybe");
        assertThatThrownBy(() -> DaemonOptions.parse(List.of("--mtu")))
                .hasMessage("Status: flag needs an argument: --mtu" + end);
        checkRefused("invalid logging level: foo", "{}", "--log-level=foo");
    }

    @Test
    void theConfigurationFileIsReadLikeFlags() throws IOException {
        var options =
                parseWith(
                        """
                        {"debug": true, "hosts": ["unix:///a", "unix:///b"], "mtu": 1400,
                         "log-opts": {"max-size": "5m"}, "features": {"cdi": true},
                         "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 9, "Soft": 8}},
                         "builder": {"gc": {"enabled": true}}}
                        """);
        assertThat(options.hosts()).containsExactly("unix:///a", "unix:///b");
        assertThat(options.mtu()).isEqualTo(1400);
        assertThat(options.logOptions()).isEqualTo(Map.of("max-size", "5m"));
        assertThat(options.defaultUlimits()).isEqualTo(Map.of("nofile", "8:9"));
        assertThat(options.withoutEffect()).containsExactly("--feature", "builder");
    }

    @Test
    void wrongConfigurationFilesAreRefused() {
        String start = "unable to configure the Docker daemon with file FILE: ";
        checkRefused(
                start
                        + "the following directives don't match any configuration option: bogus,"
                        + " foo",
                "{\"bogus\": 1, \"foo\": 2}");
        checkRefused(
                start
                        + "the following directives are specified both as a flag and in the"
                        + " configuration file: debug: (from flag: true, from file: true), mtu:"
                        + " (from flag: 1500, from file: 1400)",
                "{\"mtu\": 1400, \"debug\": true}",
                "--mtu=1500",
                "--debug");
        checkRefused(start + "invalid value for debug: \"x\" is not a bool", "{\"debug\": \"x\"}");
        assertThatThrownBy(() -> DaemonOptions.parse(List.of("--config-file=/nope.json")))
                .hasMessage(
                        "unable to configure the Docker daemon with file /nope.json: open"
                                + " /nope.json: no such file or directory");
    }

    @Test
    void usageNamesEveryFlag() {
        String usage = DaemonOptions.usage();
        OptionTable.ALL.stream()
                .filter(option -> !option.name().isEmpty())
                .forEach(option -> assertThat(usage).contains("--" + option.name() + " "));
    }
}
