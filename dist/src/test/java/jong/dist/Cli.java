package jong.dist;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the clients, pointed at one engine.
 *
 * <p>Of the arguments the first is a piece of command line, split at its spaces; the further ones
 * are single words: {@code cli.run("exec box sh -c", "echo one word")}.
 */
record Cli(Engine engine, Client client) {

    /** Runs a command of the client. */
    Result run(String... arguments) {
        return command(arguments).run();
    }

    /** Runs a command of the client with {@code input} on standard input. */
    Result runWithInput(String input, String... arguments) {
        return command(arguments).run(input.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Starts a command of the client, to talk with it. */
    Session start(String... arguments) {
        return command(arguments).start();
    }

    /** Starts a command of the client on a terminal. */
    Session startOnTerminal(int rows, int columns, String... arguments) {
        return command(arguments).startOnTerminal(rows, columns);
    }

    /** {@code run --rm busybox sh -c SCRIPT}, which must succeed; its output. */
    String sh(String script) {
        return run("run --rm busybox sh -c", script).succeeded().line();
    }

    /** The same with further options of {@code run}, split at their spaces. */
    String sh(String options, String script) {
        return run("run --rm " + options + " busybox sh -c", script).succeeded().line();
    }

    /** A field of {@code inspect}, by a Go template. */
    String inspect(String container, String template) {
        return run("inspect", "-f", template, container).succeeded().line();
    }

    /** The pid of a running container's first process, as the host sees it. */
    int pid(String container) {
        return Integer.parseInt(inspect(container, "{{.State.Pid}}"));
    }

    private Command command(String... arguments) {
        var words = new ArrayList<String>();
        words.add(client.program());
        words.addAll(List.of(arguments[0].split(" ")));
        words.addAll(List.of(arguments).subList(1, arguments.length));
        return new Command(words, engine.clientEnvironment());
    }
}
