package jong.dist;

/**
 * A host of its own as far as networks go, for engines ({@link Engine#inNamespace}), with another
 * host on its wire: two network namespaces.
 */
final class NamedHost implements AutoCloseable {
    /** Its addresses on the wire; the other host's end in 2. */
    static final String ADDRESS = "192.0.2.1";

    static final String IPV6_ADDRESS = "fd00:2::1";

    private final String name = "jongd" + ProcessHandle.current().pid();

    NamedHost() {
        var script =
                """
                set -e
                ip netns add %1$s
                ip netns add %1$sfar
                ip -n %1$s link add wire type veth peer name wire netns %1$sfar
                for end in %1$s %1$sfar; do
                    ip -n $end link set lo up
                    ip -n $end link set wire up
                done
                ip -n %1$s address add 192.0.2.1/24 dev wire
                ip -n %1$s address add fd00:2::1/64 dev wire nodad
                ip -n %1$sfar address add 192.0.2.2/24 dev wire
                ip -n %1$sfar address add fd00:2::2/64 dev wire nodad
                """;
        Command.of("sh", "-c", script.formatted(name)).run().succeeded();
    }

    String name() {
        return name;
    }

    /** Runs a script on the host. */
    Result run(String script) {
        return Command.of("ip", "netns", "exec", name, "sh", "-c", script).run();
    }

    /** Runs a script on the other host. */
    Result runFar(String script) {
        return Command.of("ip", "netns", "exec", name + "far", "sh", "-c", script).run();
    }

    /** What curl prints on the other host for a URL; empty when it gets nothing. */
    String curlFar(String url) {
        return runFar("curl -gs -m 3 " + url).out().strip();
    }

    /** What curl prints on the host for a URL; empty when it gets nothing. */
    String curl(String url) {
        return run("curl -gs -m 3 " + url).out().strip();
    }

    @Override
    public void close() {
        Command.of("sh", "-c", "ip netns delete %1$s; ip netns delete %1$sfar".formatted(name))
                .run()
                .succeeded();
    }
}
