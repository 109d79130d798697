package jong.cli.command;

import java.io.IOException;
import java.util.List;
import jong.api.client.EngineException;
import jong.cli.failure.CommandException;

/** Does the same to each thing that was named; one that fails does not keep the others from it. */
public final class ForEach {

    private ForEach() {}

    /** What is done to one thing. */
    @FunctionalInterface
    public interface Action {
        /** Does it. */
        void run(String name) throws IOException;
    }

    /**
     * Does it to each, and prints the names of those where it worked.
     *
     * @return the exit code: 1 if one failed
     */
    public static int print(Session session, List<String> names, Action action) throws IOException {
        return run(
                session,
                names,
                name -> {
                    action.run(name);
                    session.out().println(name);
                });
    }

    /** Does it to each. */
    public static int run(Session session, List<String> names, Action action) throws IOException {
        int code = 0;
        for (String name : names) {
            try {
                action.run(name);
            } catch (EngineException | CommandException e) {
                session.out().flush();
                session.err().println(e.getMessage());
                code = 1;
            }
        }
        return code;
    }
}
