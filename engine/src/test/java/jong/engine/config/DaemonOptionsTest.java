package jong.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jong.network.AddressPools;
import jong.network.AddressPools.Pool;
import jong.network.Subnet;
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
    void addressPoolsAreReadFromFlagsAndFromTheFile() throws IOException {
        var pools =
                new AddressPools(
                        List.of(
                                new Pool(Subnet.parse("10.10.0.0/16"), 24),
                                new Pool(Subnet.parse("10.20.0.0/16"), 28)));
        assertThat(
                        parse(
                                        "--default-address-pool",
                                        "base=10.10.0.0/16,size=24",
                                        "--default-address-pool=Size=28,base=10.20.0.0/16")
                                .addressPools())
                .isEqualTo(pools);
        assertThat(
                        parseWith(
                                        """
                                        {"default-address-pools": [
                                          {"base": "10.10.0.0/16", "size": 24},
                                          {"base": "10.20.0.0/16", "size": 28}]}
                                        """)
                                .addressPools())
                .isEqualTo(pools);
        assertThat(parse().addressPools()).isEqualTo(AddressPools.DOCKERS);
        String start = "invalid default address pool: ";
        for (var wrong :
                Map.of(
                                "base=x,size=24", "invalid base pool x: invalid CIDR address: x",
                                "base=10.0.0.0/8,size=4", "invalid pools size: 4",
                                "base=10.0.0.0/8,bits=4", "unexpected key 'bits' in 'bits=4'",
                                "10.0.0.0/8", "invalid field '10.0.0.0/8' must be a key=value pair")
                        .entrySet()) {
            checkRefused(start + wrong.getValue(), "{}", "--default-address-pool", wrong.getKey());
        }
    }

    @Test
    void onlyTheCgroupDriverThatJongIsCanBeChosen() throws IOException {
        parse("--exec-opt", "native.cgroupdriver=cgroupfs");
        String refusal =
                "native.cgroupdriver option systemd not supported: Jong makes cgroups itself,"
                        + " which is cgroupfs";
        checkRefused(refusal, "{}", "--exec-opt=native.cgroupdriver=systemd");
        checkRefused(refusal, "{\"exec-opts\": [\"native.cgroupdriver=systemd\"]}");
    }

    @Test
    void thresholdOfTheDiskIsAPercentage() throws IOException {
        assertThat(parse().gcThreshold()).isEqualTo(90);
        assertThat(parse("--gc-threshold=0%").gcThreshold()).isZero();
        assertThat(parse("--gc-threshold=75").gcThreshold()).isEqualTo(75);
        checkRefused("invalid value for gc-threshold: 101%", "{\"gc-threshold\": \"101%\"}");
        checkRefused("invalid value for gc-threshold: much", "{}", "--gc-threshold=much");
    }

    @Test
    void numbersAndSubnetsAreChecked() throws IOException {
        assertThat(parse("--max-layer-size=3").unpackLimits().bytes()).isEqualTo(3 << 20);
        checkRefused("invalid max layer ratio: -1", "{\"max-layer-ratio\": -1}");
        assertThat(parse("--max-concurrent-downloads=0").maxConcurrentDownloads()).isZero();
        checkRefused("invalid max concurrent downloads: -1", "{}", "--max-concurrent-downloads=-1");
        checkRefused(
                "--fixed-cidr: invalid CIDR address: 10.0.0.1", "{\"fixed-cidr\": \"10.0.0.1\"}");
    }

    @Test
    void usageNamesEveryFlag() {
        String usage = DaemonOptions.usage();
        OptionTable.ALL.stream()
                .filter(option -> !option.name().isEmpty())
                .forEach(option -> assertThat(usage).contains("--" + option.name() + " "));
    }

    @Test
    void resolvedDirectoriesHaveNoLinks() throws IOException {
        Path real = Files.createDirectory(directory.toRealPath().resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        var options = parse("--data-root=" + link, "--exec-root=" + real, "--mtu=1400").resolved();
        assertThat(options.dataRoot()).isEqualTo(real);
        assertThat(options.execRoot()).isEqualTo(real);
        assertThat(options.mtu()).isEqualTo(1400);
    }
}
