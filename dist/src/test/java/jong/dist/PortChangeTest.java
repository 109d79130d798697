package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ports that are published and withdrawn while the container runs: a command of jong's alone. */
@BlackBox
class PortChangeTest {

    private final Client client;
    private final Cli cli;

    PortChangeTest(Client client, Engine engine) {
        this.client = client;
        cli = engine.cli(client);
    }

    @BeforeEach
    void onlyJongHasTheCommand() {
        assumeTrue(client == Client.JONG);
    }

    @Test
    void aPortIsReachedAsSoonAsItIsAddedAndClosedWhenItIsRemoved() {
        serve("web", "");
        assertThat(cli.run("port add web 127.0.0.1:28101:80").succeeded().line())
                .isEqualTo("80/tcp -> 127.0.0.1:28101");
        assertThat(curl(28101)).isEqualTo("web");
        cli.run("port rm web 28101:80").succeeded();
        refuses(28101);
        assertThat(cli.run("port web").succeeded().line()).isEmpty();
    }

    @Test
    void whatIsAddedStaysOverARestartAndBesideTheOthers() {
        serve("web", "-p 127.0.0.1:28102:80");
        cli.run("port add web 127.0.0.1:28103:80").succeeded();
        cli.run("restart -t 0 web").succeeded();
        awaitServer("web");
        assertThat(curl(28102)).isEqualTo("web");
        assertThat(curl(28103)).isEqualTo("web");
    }

    @Test
    void aStoppedContainerHasThePortsFromItsNextStart() {
        serve("web", "");
        cli.run("stop -t 0 web").succeeded();
        cli.run("port add web 127.0.0.1:28104:80").succeeded();
        cli.run("start web").succeeded();
        awaitServer("web");
        assertThat(curl(28104)).isEqualTo("web");
    }

    @Test
    void aTakenPortIsRefusedAndNothingIsChanged() {
        serve("web", "-p 127.0.0.1:28105:80");
        serve("other", "");
        assertThat(cli.run("port add other 127.0.0.1:28106:80 127.0.0.1:28105:80").err())
                .contains("Bind for 127.0.0.1:28105 failed: port is already allocated");
        assertThat(cli.run("port other").succeeded().line()).isEmpty();
        refuses(28106);
        assertThat(curl(28105)).isEqualTo("web");
    }

    @Test
    void whatIsNotPublishedCannotBeRemoved() {
        serve("web", "");
        assertThat(cli.run("port rm web 81").exitedWith(1).err())
                .contains("no public port '81/tcp' published for web");
        assertThat(cli.run("port turn web 81").exitedWith(1).err())
                .contains("requires at least 1 and at most 2 arguments");
    }

    @Test
    void portsMoveToTheNetworkThatIsLeft() {
        serve("web", "-p 127.0.0.1:28107:80");
        cli.run("network create moved").succeeded();
        cli.run("network connect moved web").succeeded();
        cli.run("network disconnect bridge web").succeeded();
        assertThat(curl(28107)).isEqualTo("web");
        cli.run("rm -f web").succeeded();
        cli.run("network rm moved").succeeded();
    }

    private void serve(String name, String options) {
        var serve = "mkdir -p /www; hostname > /www/page; exec httpd -f -p 80 -h /www";
        var given = options.isEmpty() ? "" : " " + options;
        cli.run("run -d --hostname " + name + " --name " + name + given + " busybox sh -c", serve)
                .succeeded();
        awaitServer(name);
    }

    private void awaitServer(String name) {
        var ask = "until wget -qO- http://127.0.0.1/page; do usleep 10000; done";
        cli.run("exec " + name + " sh -c", ask).succeeded();
    }

    private static String curl(int port) {
        var url = "http://127.0.0.1:" + port + "/page";
        return Command.of("curl", "-sS", "-m", "10", url).run().succeeded().line();
    }

    private static void refuses(int port) {
        var url = "http://127.0.0.1:" + port + "/page";
        Command.of("curl", "-s", "-m", "5", url).run().exitedWith(7);
    }
}
