package jong.engine.containers;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import jong.api.ContainerConfig;
import jong.api.HostConfig;
import jong.engine.spec.ByteSize;
import jong.engine.spec.SecurityOptions;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;

/** What is wrong with a request to create a container, in docker's words. */
final class CreateCheck {

    private static final Set<String> LOG_DRIVERS = Set.of("", "json-file", "local", "none");
    private static final Set<String> LOG_OPTIONS =
            Set.of(
                    "max-size",
                    "max-file",
                    "compress",
                    "labels",
                    "labels-regex",
                    "env",
                    "env-regex",
                    "tag",
                    "mode",
                    "max-buffer-size",
                    "cache-disabled");
    private static final Set<String> RUNTIMES = Set.of("", "runc", "jong", "io.containerd.runc.v2");
    private static final long MILLISECOND = 1_000_000;

    private CreateCheck() {}

    /**
     * Checks what needs neither image nor other containers.
     *
     * @throws InvalidArgument with docker's text
     */
    static void check(ContainerConfig config, HostConfig host) {
        config(config);
        if (host.autoRemove() && !Set.of("", "no").contains(host.restartPolicy())) {
            throw new InvalidArgument("can't create 'AutoRemove' container with restart policy");
        }
        restartPolicy(host);
        modes(config, host);
        names(host);
        logging(host);
        SecurityOptions.parse(withoutPaths(host.securityOpt()));
        if (!RUNTIMES.contains(host.runtime())) {
            throw new InvalidArgument("unknown or invalid runtime name: " + host.runtime());
        }
        storage(host);
        if (!host.json().objects("DeviceRequests").isEmpty()) {
            JsonObject first = host.json().objects("DeviceRequests").getFirst();
            throw new InvalidArgument(
                    "could not select device driver \""
                            + first.string("Driver")
                            + "\" with capabilities: "
                            + goList(first.list("Capabilities")));
        }
    }

    private static void storage(HostConfig host) {
        for (String name : host.storageOpt().keySet()) {
            if (!name.equals("size")) {
                throw new InvalidArgument("Unknown option " + name);
            }
        }
        ByteSize.parse(host.storageOpt().getOrDefault("size", "0"));
    }

    private static void config(ContainerConfig config) {
        String workingDir = config.workingDir();
        if (!workingDir.isEmpty() && !workingDir.startsWith("/")) {
            throw new InvalidArgument(
                    "the working directory '"
                            + workingDir
                            + "' is invalid, it needs to be an absolute path");
        }
        if (!config.stopSignal().isEmpty()) {
            Signals.parse(config.stopSignal());
        }
        for (String entry : config.env()) {
            if (entry.startsWith("=") || entry.isEmpty()) {
                throw new InvalidArgument("invalid environment variable: " + entry);
            }
        }
        health(config.json().object("Healthcheck"));
    }

    private static void health(JsonObject health) {
        for (String name : List.of("Interval", "Timeout", "StartPeriod", "StartInterval")) {
            long nanos = health.number(name);
            if (nanos != 0 && nanos < MILLISECOND) {
                throw new InvalidArgument(name + " in Healthcheck cannot be less than 1ms");
            }
        }
        if (health.number("Retries") < 0) {
            throw new InvalidArgument("Retries in Healthcheck cannot be negative");
        }
    }

    /** Also for {@code update}. */
    static void restartPolicy(HostConfig host) {
        long retries = host.restartMaximum();
        switch (host.restartPolicy()) {
            case "always", "unless-stopped", "no" -> {
                if (retries != 0) {
                    throw new InvalidArgument(
                            "invalid restart policy: maximum retry count can only be used with"
                                    + " 'on-failure'"
                                    + (retries < 0 ? " and cannot be negative" : ""));
                }
            }
            case "on-failure" -> {
                if (retries < 0) {
                    throw new InvalidArgument(
                            "invalid restart policy: maximum retry count cannot be negative");
                }
            }
            case "" -> {}
            default ->
                    throw new InvalidArgument(
                            "invalid restart policy: unknown policy '"
                                    + host.restartPolicy()
                                    + "'; use one of 'no', 'always', 'on-failure', or"
                                    + " 'unless-stopped'");
        }
    }

    private static void modes(ContainerConfig config, HostConfig host) {
        oneOf("IPC", host.ipcMode(), Set.of("", "none", "private", "shareable", "host"));
        oneOf("PID", host.pidMode(), Set.of("", "host"));
        oneOf("UTS", host.utsMode(), Set.of("", "host"));
        oneOf("cgroup namespace", host.cgroupnsMode(), Set.of("", "private", "host"));
        if (!Set.of("", "host").contains(host.usernsMode())) {
            throw new InvalidArgument("invalid user namespace mode: " + host.usernsMode());
        }
        if (host.utsMode().equals("host") && !config.hostname().isEmpty()) {
            throw new InvalidArgument("conflicting options: hostname and the UTS mode");
        }
        if (host.networkMode().startsWith("container:")) {
            if (!config.hostname().isEmpty()) {
                throw new InvalidArgument("conflicting options: hostname and the network mode");
            }
            if (host.publishAllPorts() || !host.json().object("PortBindings").isEmpty()) {
                throw new InvalidArgument(
                        "conflicting options: port publishing and the container type network"
                                + " mode");
            }
        }
        String isolation = host.json().string("Isolation");
        if (!isolation.isEmpty() && !isolation.equalsIgnoreCase("default")) {
            throw new Internal(
                    "Invalid isolation: \"" + isolation + "\" - linux only supports 'default'");
        }
        long adjustment = host.oomScoreAdj();
        if (adjustment < -1000 || adjustment > 1000) {
            throw new InvalidArgument(
                    "Invalid value " + adjustment + ", range for oom score adj is [-1000, 1000]");
        }
        if (host.shmSize() < 0) {
            throw new InvalidArgument("SHM size can not be less than 0");
        }
    }

    private static void names(HostConfig host) {
        String mode = host.networkMode();
        String type =
                mode.startsWith("container:") ? "container" : mode.equals("host") ? "host" : "";
        if (!type.isEmpty() && !host.links().isEmpty()) {
            throw new InvalidArgument(
                    "conflicting options: %s type %s can't be used with links. This would result in"
                                    .formatted(type, type.equals("host") ? "networking" : "network")
                            + " undefined behavior");
        }
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            if (colon <= 0) {
                throw new InvalidArgument("bad format for add-host: \"" + extra + "\"");
            }
            String address = extra.substring(colon + 1);
            if (!address.equals("host-gateway") && !isAddress(address)) {
                throw new InvalidArgument("invalid IP address in add-host: \"" + address + "\"");
            }
        }
    }

    private static boolean isAddress(String text) {
        try {
            return !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static void oneOf(String kind, String mode, Set<String> known) {
        boolean joins = mode.startsWith("container:") && mode.length() > "container:".length();
        boolean joinable = kind.equals("IPC") || kind.equals("PID");
        if (!known.contains(mode) && !(joinable && joins)) {
            throw new InvalidArgument("invalid " + kind + " mode: " + mode);
        }
    }

    private static void logging(HostConfig host) {
        String type = host.logType();
        if (!LOG_DRIVERS.contains(type)) {
            throw new InvalidArgument(
                    "error looking up logging plugin "
                            + type
                            + ": plugin \""
                            + type
                            + "\" not found");
        }
        for (String option : host.logOptions().keySet()) {
            if (!LOG_OPTIONS.contains(option)) {
                String driver = type.isEmpty() ? "json-file" : type;
                throw new InvalidArgument(
                        "unknown log opt '" + option + "' for " + driver + " log driver");
            }
        }
    }

    private static List<String> withoutPaths(List<String> options) {
        return options.stream().filter(word -> !word.startsWith("systempaths=")).toList();
    }

    /** As Go prints a list of lists of words. */
    private static String goList(List<?> list) {
        return list.toString().replace(",", "");
    }
}
