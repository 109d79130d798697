package jong.cli.command;

import java.io.IOException;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;

/** One command of the program. An instance serves one call. */
public abstract class Command {

    /** For subclasses. */
    protected Command() {}

    /** What the help says. */
    public abstract Synopsis synopsis();

    /** The flags as {@link FlagSet} reads them. */
    public String flags() {
        return "";
    }

    /** Whether flags may follow arguments. */
    public boolean interspersed() {
        return true;
    }

    /** The exit code for a wrong command line or a daemon that says no: 1, or 125 for run. */
    public int failureCode() {
        return 1;
    }

    /**
     * Does what the user asked for.
     *
     * @return the program's exit code
     * @throws CommandException if it cannot, with the text for the user
     */
    public abstract int run(Session session, FlagSet flags) throws IOException;
}
