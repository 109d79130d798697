package jong.engine.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import jong.manager.unpack.UnpackLimits;
import jong.network.AddressPools;
import jong.network.Subnet;
import jong.registry.ProxySettings;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * What the daemon was told, by its flags and by {@code daemon.json}: dockerd's options with
 * dockerd's names, and Jong's own default paths.
 *
 * <p>Every option that dockerd has is taken. Those that have no effect in Jong are in {@link
 * #withoutEffect}, for a warning.
 */
public final class DaemonOptions {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kKmMgGtT]?)(?:i?[bB])?");

    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})%?");

    private final Map<OptionSpec, List<String>> values;

    private DaemonOptions(Map<OptionSpec, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads the command line, and the configuration file that it names.
     *
     * @throws UsageException with dockerd's text, if either is wrong
     */
    public static DaemonOptions parse(List<String> arguments) {
        Map<OptionSpec, List<String>> flags = CommandLine.parse(arguments);
        var given = new DaemonOptions(flags);
        if (given.help() || given.version()) {
            return given;
        }
        Map<OptionSpec, List<String>> all =
                new LinkedHashMap<>(
                        ConfigFile.read(
                                Path.of(given.text("config-file")),
                                flags.containsKey(option("config-file")),
                                flags));
        all.putAll(flags);
        var options = new DaemonOptions(all);
        options.check();
        return options;
    }

    private void check() {
        if (!List.of("debug", "info", "warn", "error", "fatal").contains(text("log-level"))) {
            throw new UsageException(1, "invalid logging level: " + text("log-level"));
        }
        if (flag("tls") || flag("tlsverify")) {
            throw new UsageException(
                    1,
                    "TLS is not supported: remove --tls and --tlsverify, and reach the daemon"
                            + " through its unix socket or an ssh tunnel");
        }
        if (sizeInBytes("default-shm-size") <= 0) {
            throw new UsageException(
                    1, "invalid value for default-shm-size: " + text("default-shm-size"));
        }
        if (number("mtu") < 68 || number("mtu") > 65535) {
            throw new UsageException(1, "invalid default MTU: " + number("mtu"));
        }
        checkTransfers();
        if (gcThreshold() < 0) {
            throw new UsageException(1, "invalid value for gc-threshold: " + text("gc-threshold"));
        }
        checkNetwork();
        checkExecOptions();
    }

    private void checkTransfers() {
        if (number("max-concurrent-downloads") < 0) {
            throw new UsageException(
                    1, "invalid max concurrent downloads: " + number("max-concurrent-downloads"));
        }
        if (number("max-concurrent-uploads") < 0) {
            throw new UsageException(
                    1, "invalid max concurrent uploads: " + number("max-concurrent-uploads"));
        }
        for (String limit : List.of("max-layer-ratio", "max-layer-size")) {
            if (number(limit) < 0) {
                throw new UsageException(
                        1, "invalid " + limit.replace('-', ' ') + ": " + number(limit));
            }
        }
        if (number("max-download-attempts") <= 0) {
            throw new UsageException(
                    1, "invalid max download attempts: " + number("max-download-attempts"));
        }
    }

    private void checkNetwork() {
        for (String option : List.of("bip", "fixed-cidr")) {
            try {
                if (!text(option).isEmpty()) {
                    Subnet.parse(text(option));
                }
            } catch (IllegalArgumentException e) {
                throw new UsageException("--" + option + ": " + e.getMessage(), e);
            }
        }
        addressPools();
    }

    /** As dockerd, which also passes over what is not of its own options. */
    private void checkExecOptions() {
        for (String option : list("exec-opt")) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals).strip();
            String value = option.substring(equals + 1).strip();
            if (name.equalsIgnoreCase("native.cgroupdriver") && !value.equals("cgroupfs")) {
                throw new UsageException(
                        1,
                        "native.cgroupdriver option "
                                + value
                                + " not supported: Jong makes cgroups itself, which is cgroupfs");
            }
        }
    }

    /**
     * The same with its directories, which exist, as they are called without symbolic links: so the
     * kernel's table of mounts has them.
     *
     * @throws IOException if there is no such directory
     */
    public DaemonOptions resolved() throws IOException {
        Map<OptionSpec, List<String>> all = new LinkedHashMap<>(values);
        all.put(option("data-root"), List.of(dataRoot().toRealPath().toString()));
        all.put(option("exec-root"), List.of(execRoot().toRealPath().toString()));
        return new DaemonOptions(all);
    }

    /** Flags and file members that were given although they do nothing here. */
    public List<String> withoutEffect() {
        return values.keySet().stream()
                .filter(option -> !option.effective())
                .map(option -> option.name().isEmpty() ? option.key() : "--" + option.name())
                .toList();
    }

    /** Whether only the usage is asked for. */
    public boolean help() {
        return flag("help");
    }

    /** Whether only the version is asked for. */
    public boolean version() {
        return flag("version");
    }

    /** Whether the configuration is to be checked only. */
    public boolean validate() {
        return flag("validate");
    }

    /** Where to listen; the default socket if nothing was said. */
    public List<String> hosts() {
        List<String> hosts = list("host");
        return hosts.isEmpty() ? List.of("unix:///run/jong.sock") : hosts;
    }

    /** Where images, containers, volumes and metadata are kept. */
    public Path dataRoot() {
        return Path.of(text("data-root")).toAbsolutePath().normalize();
    }

    /** Docker's name of the way to keep layers and containers' files; empty: choose. */
    public String storageDriver() {
        return text("storage-driver");
    }

    /** Options of it, {@code KEY=VALUE}: docs/storage.md. */
    public List<String> storageOptions() {
        return list("storage-opt");
    }

    /** Where the state of running containers is kept, gone after a boot. */
    public Path execRoot() {
        return Path.of(text("exec-root")).toAbsolutePath().normalize();
    }

    /** The file with the daemon's process ID. */
    public Path pidFile() {
        return Path.of(text("pidfile"));
    }

    /** The group that may use the unix socket. */
    public String group() {
        return text("group");
    }

    /** {@code debug}, {@code info}, {@code warn}, {@code error} or {@code fatal}. */
    public String logLevel() {
        return flag("debug") ? "debug" : text("log-level");
    }

    /** The address and network of the default bridge ({@code 172.17.0.1/16}); empty: choose. */
    public String bridgeAddress() {
        return text("bip");
    }

    /** The default bridge: empty for Jong's own, {@code none} for no default network. */
    public String bridgeName() {
        return text("bridge");
    }

    /** The part of the default network that addresses are taken from; empty: all. */
    public String fixedCidr() {
        return text("fixed-cidr");
    }

    /** Whether the default network has IPv6. */
    public boolean ipv6() {
        return flag("ipv6");
    }

    /** The IPv6 subnet of the default network; empty for one of the pools'. */
    public String fixedCidrIpv6() {
        return text("fixed-cidr-v6");
    }

    /** The pools for networks without a subnet. */
    public AddressPools addressPools() {
        List<String> given = list("default-address-pool");
        return given.isEmpty()
                ? AddressPools.DOCKERS
                : new AddressPools(given.stream().map(PoolOption::parse).toList());
    }

    /** The MTU of the default network, in bytes. */
    public int mtu() {
        return (int) number("mtu");
    }

    /** The host's address for published ports that name none. */
    public String publishAddress() {
        return text("ip");
    }

    /** Whether containers of the default network may talk to each other. */
    public boolean interContainerCommunication() {
        return flag("icc");
    }

    /** Whether a process of user space may forward published ports. */
    public boolean userlandProxy() {
        return flag("userland-proxy");
    }

    /** DNS servers of containers; empty: the host's. */
    public List<String> dns() {
        return list("dns");
    }

    /** Options of the resolver. */
    public List<String> dnsOptions() {
        return list("dns-opt");
    }

    /** Search domains of the resolver. */
    public List<String> dnsSearch() {
        return list("dns-search");
    }

    /** The log driver of containers that name none. */
    public String logDriver() {
        return text("log-driver");
    }

    /** The options of that log driver. */
    public Map<String, String> logOptions() {
        return map("log-opt");
    }

    /** Limits of new containers: name to {@code soft[:hard]}. */
    public Map<String, String> defaultUlimits() {
        return map("default-ulimit");
    }

    /** Registries that may be asked without TLS or with a certificate that does not verify. */
    public List<String> insecureRegistries() {
        return list("insecure-registry");
    }

    /** Registries to ask before the official one. */
    public List<String> registryMirrors() {
        return list("registry-mirror");
    }

    /** How many layers come at once, of all pulls; 0 for any number. */
    public int maxConcurrentDownloads() {
        return (int) number("max-concurrent-downloads");
    }

    /** How many layers a push sends at once; 0 for any number. */
    public int maxConcurrentUploads() {
        return (int) number("max-concurrent-uploads");
    }

    /** How large a layer may become when it is unpacked. */
    public UnpackLimits unpackLimits() {
        long mebibytes = number("max-layer-size");
        long ratio = number("max-layer-ratio");
        return new UnpackLimits(
                mebibytes == 0 ? Long.MAX_VALUE : mebibytes << 20,
                ratio == 0 ? Long.MAX_VALUE : ratio);
    }

    /** How often the download of a layer is tried. */
    public int maxDownloadAttempts() {
        return (int) number("max-download-attempts");
    }

    /** Where plugins make themselves known; empty for docker's own places. */
    public Optional<Path> pluginDirectory() {
        String text = text("plugin-directory");
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
    }

    /** How full the disk may be before something is removed, in percent; 0 for never mind. */
    public int gcThreshold() {
        var match = PERCENT.matcher(text("gc-threshold"));
        return match.matches() && Integer.parseInt(match.group(1)) <= 100
                ? Integer.parseInt(match.group(1))
                : -1;
    }

    /** Whether images without a name are removed then, too. */
    public boolean gcDangling() {
        return flag("gc-dangling");
    }

    /**
     * The proxies that registries are reached by: of the flags, of the file's {@code proxies}, or
     * of the environment.
     */
    public ProxySettings proxies(Map<String, String> environment) {
        JsonObject file =
                OptionTable.byKey(OptionTable.PROXIES)
                        .map(option -> values.getOrDefault(option, List.of()))
                        .filter(texts -> !texts.isEmpty())
                        .map(texts -> Json.parseObject(texts.getFirst()))
                        .orElse(new JsonObject());
        return new ProxySettings(text("http-proxy"), text("https-proxy"), text("no-proxy"))
                .or(
                        new ProxySettings(
                                file.string("http-proxy"),
                                file.string("https-proxy"),
                                file.string("no-proxy")))
                .or(ProxySettings.fromEnvironment(environment));
    }

    /** Whether containers get an init unless they say otherwise. */
    public boolean init() {
        return flag("init");
    }

    /** The cgroup that containers are made in; empty: the default one. */
    public String cgroupParent() {
        return text("cgroup-parent");
    }

    /** {@code host} or {@code private}; empty: as docker chooses by the kernel's cgroup version. */
    public String defaultCgroupnsMode() {
        return text("default-cgroupns-mode");
    }

    /** {@code shareable} or {@code private}. */
    public String defaultIpcMode() {
        return text("default-ipc-mode");
    }

    /** Bytes of /dev/shm for containers that do not say. */
    public long defaultShmSize() {
        return sizeInBytes("default-shm-size");
    }

    /** {@code builtin}, {@code unconfined} or the path of a profile. */
    public String seccompProfile() {
        return text("seccomp-profile");
    }

    /** Whether new containers cannot gain privileges unless they say otherwise. */
    public boolean noNewPrivileges() {
        return flag("no-new-privileges");
    }

    /** The daemon's own labels, {@code key=value}. */
    public List<String> labels() {
        return list("label");
    }

    /** The text of {@code --help}. */
    public static String usage() {
        var text = new StringBuilder("\nUsage:\tjongd [OPTIONS]\n\n");
        text.append("A self-sufficient runtime for containers.\n\nOptions:\n");
        for (OptionSpec option : OptionTable.ALL) {
            if (option.name().isEmpty()) {
                continue;
            }
            String letter = option.shorthand().isEmpty() ? "    " : "-" + option.shorthand() + ", ";
            String left = "  " + letter + "--" + option.name() + " " + option.kind().placeholder();
            text.append(String.format(Locale.ROOT, "%-45s %s", left, option.help()));
            boolean plain = option.fallback().isEmpty() || option.fallback().equals("false");
            text.append(plain ? "\n" : " (default " + option.fallback() + ")\n");
        }
        return text.toString();
    }

    private static OptionSpec option(String name) {
        return OptionTable.byName(name)
                .orElseThrow(() -> new IllegalArgumentException("no option " + name));
    }

    private String text(String name) {
        OptionSpec option = option(name);
        List<String> given = values.getOrDefault(option, List.of());
        return given.isEmpty() ? option.fallback() : given.getLast();
    }

    private boolean flag(String name) {
        return Values.isTrue(text(name));
    }

    private long number(String name) {
        return Long.parseLong(text(name));
    }

    private List<String> list(String name) {
        return List.copyOf(values.getOrDefault(option(name), List.of()));
    }

    private Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String pair : list(name)) {
            int equals = pair.indexOf('=');
            map.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return map;
    }

    /** Bytes from {@code 64m}, {@code 64MiB} or a plain number; -1 if it is none of these. */
    private long sizeInBytes(String name) {
        var match = SIZE.matcher(text(name));
        if (!match.matches()) {
            return -1;
        }
        int shift =
                switch (match.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    case "t" -> 40;
                    default -> 0;
                };
        return Long.parseLong(match.group(1)) << shift;
    }
}
