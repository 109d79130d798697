package jong.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jong.engine.config.OptionSpec.Kind;

/** All options that dockerd knows, by flag and by member of daemon.json. */
final class OptionTable {

    /**
     * Flag, short flag, kind, member of daemon.json ({@code =} for the flag's name, {@code -} for
     * none), default, whether Jong acts on it, help.
     */
    private static final String FLAGS =
            """
            add-runtime||LIST|runtimes||n|Register an additional OCI compatible runtime
            allow-direct-routing||BOOL|=|false|n|\
            Allow remote access to published ports on container addresses
            allow-nondistributable-artifacts||LIST|=||n|\
            Allow push of nondistributable artifacts to registry
            api-cors-header||STRING|=||n|Set CORS headers in the Engine API
            authorization-plugin||LIST|authorization-plugins||n|Authorization plugins to load
            bip||STRING|=||y|Specify network bridge IP
            bridge|b|STRING|=||y|Attach containers to a network bridge
            cdi-spec-dir||LIST|cdi-spec-dirs||n|CDI specification directories to use
            cgroup-parent||STRING|=||y|Set parent cgroup for all containers
            config-file||STRING|-|/etc/jong/daemon.json|y|Daemon configuration file
            containerd||STRING|=||n|containerd grpc address
            containerd-namespace||STRING|=|moby|n|Containerd namespace to use
            containerd-plugins-namespace||STRING|containerd-plugin-namespace|plugins.moby|n|\
            Containerd namespace to use for plugins
            cpu-rt-period||INT|=||n|\
            Limit the CPU real-time period in microseconds for the parent cgroup
            cpu-rt-runtime||INT|=||n|\
            Limit the CPU real-time runtime in microseconds for the parent cgroup
            cri-containerd||BOOL|=|false|n|start containerd with cri
            data-root||STRING|=|/var/lib/jong|y|Root directory of persistent state
            debug|D|BOOL|=|false|y|Enable debug mode
            default-address-pool||LIST|default-address-pools||y|\
            Default address pools for node specific local networks
            default-cgroupns-mode||STRING|=||y|\
            Default mode for containers cgroup namespace ("host" | "private")
            default-gateway||STRING|=||n|Container default gateway IPv4 address
            default-gateway-v6||STRING|=||n|Container default gateway IPv6 address
            default-ipc-mode||STRING|=|private|y|\
            Default mode for containers ipc ("shareable" | "private")
            default-network-opt||MAP|default-network-opts||n|Default network options
            default-runtime||STRING|=|runc|n|Default OCI runtime for containers
            default-shm-size||STRING|=|64m|y|Default shm size for containers
            default-ulimit||MAP|default-ulimits||y|Default ulimits for containers
            dns||LIST|=||y|DNS server to use
            dns-opt||LIST|dns-opts||y|DNS options to use
            dns-search||LIST|=||y|DNS search domains to use
            exec-opt||LIST|exec-opts||y|Runtime execution options
            exec-root||STRING|=|/run/jong|y|Root directory for execution state files
            experimental||BOOL|=|false|n|Enable experimental features
            feature||MAP|features||n|Enable feature in the daemon
            firewall-backend||STRING|=||n|Firewall backend to use
            fixed-cidr||STRING|=||y|IPv4 subnet for fixed IPs
            fixed-cidr-v6||STRING|=||y|IPv6 subnet for fixed IPs
            gc-dangling||BOOL|=|false|y|\
            Remove images without a name and a container, too, above gc-threshold
            gc-threshold||STRING|=|90%|y|\
            Remove what interrupted pulls have left when the disk is fuller (0%: never)
            group|G|STRING|=|docker|y|Group for the unix socket
            help|h|BOOL|-|false|y|Print usage
            host|H|LIST|hosts||y|Daemon socket(s) to connect to
            host-gateway-ip||STRING|=||n|\
            IP address that the special 'host-gateway' string in --add-host resolves to
            http-proxy||STRING|=||y|HTTP proxy URL to use for outgoing traffic
            https-proxy||STRING|=||y|HTTPS proxy URL to use for outgoing traffic
            icc||BOOL|=|true|y|Enable inter-container communication for the default bridge network
            init||BOOL|=|false|y|\
            Run an init in the container to forward signals and reap processes
            init-path||STRING|=||n|Path to the docker-init binary
            insecure-registry||LIST|insecure-registries||y|Enable insecure registry communication
            ip||STRING|=|0.0.0.0|y|Host IP for port publishing from the default bridge network
            ip-forward||BOOL|=|true|n|Enable IP forwarding in system configuration
            ip-masq||BOOL|=|true|n|Enable IP masquerading for the default bridge network
            ip6tables||BOOL|=|true|n|Enable addition of ip6tables rules
            iptables||BOOL|=|true|n|Enable addition of iptables rules
            ipv6||BOOL|=|false|y|Enable IPv6 networking for the default bridge network
            label||LIST|labels||y|Set key=value labels to the daemon
            live-restore||BOOL|=|true|n|Containers outlive the daemon; always on
            log-driver||STRING|=|json-file|y|Default driver for container logs
            log-format||STRING|=|text|n|Set the logging format ("text"|"json")
            log-level|l|STRING|=|info|y|\
            Set the logging level ("debug"|"info"|"warn"|"error"|"fatal")
            log-opt||MAP|log-opts||y|Default log driver options for containers
            max-concurrent-downloads||INT|=|3|y|Set the max concurrent downloads
            max-concurrent-uploads||INT|=|5|y|Set the max concurrent uploads
            max-download-attempts||INT|=|5|y|Set the max download attempts for each pull
            max-layer-ratio||INT|=|0|y|\
            Refuse layers that unpack to more than this many times their size (0: any)
            max-layer-size||INT|=|0|y|Refuse layers of more than this many MiB unpacked (0: any)
            metrics-addr||STRING|=||n|Set default address and port to serve the metrics api on
            mtu||INT|=|1500|y|Set the MTU for the default "bridge" network
            network-control-plane-mtu||INT|=|1500|n|Network Control plane MTU
            no-new-privileges||BOOL|=|false|y|Set no-new-privileges by default for new containers
            no-proxy||STRING|=||y|\
            Comma-separated list of hosts or IP addresses for which the proxy is skipped
            node-generic-resource||LIST|node-generic-resources||n|Advertise user-defined resource
            pidfile|p|STRING|=|/run/jong.pid|y|Path to use for daemon PID file
            plugin-directory||STRING|=||y|\
            Directory of plugins' sockets and files, instead of Docker's
            raw-logs||BOOL|=|false|n|Full timestamps without ANSI coloring
            registry-mirror||LIST|registry-mirrors||y|Preferred registry mirror
            rootless||BOOL|=|false|n|Enable rootless mode
            seccomp-profile||STRING|=|builtin|y|\
            Path to seccomp profile. Set to "unconfined" to disable the default one
            selinux-enabled||BOOL|=|false|n|Enable selinux support
            shutdown-timeout||INT|=|15|n|Set the default shutdown timeout
            storage-driver|s|STRING|=||y|Storage driver to use
            storage-opt||LIST|storage-opts||y|Storage driver options
            swarm-default-advertise-addr||STRING|=||n|\
            Set default address or interface for swarm advertised address
            tls||BOOL|=|false|y|Use TLS; implied by --tlsverify
            tlscacert||STRING|=||n|Trust certs signed only by this CA
            tlscert||STRING|=||n|Path to TLS certificate file
            tlskey||STRING|=||n|Path to TLS key file
            tlsverify||BOOL|=|false|y|Use TLS and verify the remote
            userland-proxy||BOOL|=|true|y|Use userland proxy for loopback traffic
            userland-proxy-path||STRING|=||n|Path to the userland proxy binary
            userns-remap||STRING|=||n|User/Group setting for user namespaces
            validate||BOOL|-|false|y|Validate daemon configuration and exit
            version|v|BOOL|-|false|y|Print version information and quit
            """;

    /** Members of daemon.json that have no flag; Jong acts on {@link #PROXIES} alone. */
    private static final String FILE_ONLY =
            """
            builder proxies nri-opts bip6 bridge-accept-fwmark default-init default-stop-timeout
            deprecated-key-path host-gateway-ips ip-forward-no-drop min-api-version
            network-diagnostic-port resolv-conf swarm-raft-election-tick
            swarm-raft-heartbeat-tick
            """;

    /** The member with the proxies, which also have flags of their own. */
    static final String PROXIES = "proxies";

    static final List<OptionSpec> ALL = read();

    private OptionTable() {}

    /** The option with that flag, without dashes. */
    static Optional<OptionSpec> byName(String name) {
        return name.isEmpty()
                ? Optional.empty()
                : ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** The option with that short flag, one letter. */
    static Optional<OptionSpec> byShorthand(String letter) {
        return ALL.stream().filter(option -> option.shorthand().equals(letter)).findFirst();
    }

    /** The option with that member of the configuration file. */
    static Optional<OptionSpec> byKey(String key) {
        return key.isEmpty()
                ? Optional.empty()
                : ALL.stream().filter(option -> option.key().equals(key)).findFirst();
    }

    private static List<OptionSpec> read() {
        List<OptionSpec> options = new ArrayList<>();
        FLAGS.lines().map(OptionTable::flag).forEach(options::add);
        Stream.of(FILE_ONLY.strip().split("\\s+")).map(key -> fileOnly(key)).forEach(options::add);
        return List.copyOf(options);
    }

    private static OptionSpec fileOnly(String key) {
        return new OptionSpec("", "", Kind.OBJECT, key, "", key.equals(PROXIES), "");
    }

    private static OptionSpec flag(String line) {
        String[] columns = line.split("\\|");
        String key =
                switch (columns[3]) {
                    case "=" -> columns[0];
                    case "-" -> "";
                    default -> columns[3];
                };
        return new OptionSpec(
                columns[0],
                columns[1],
                Kind.valueOf(columns[2]),
                key,
                columns[4],
                columns[5].equals("y"),
                columns[6]);
    }
}
