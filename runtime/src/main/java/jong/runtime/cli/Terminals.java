package jong.runtime.cli;

import jong.wire.status.StatusException.InvalidArgument;

/** The rules about who gets a process's terminal. */
final class Terminals {

    private Terminals() {}

    /**
     * Refuses a command line that leaves a terminal without an owner.
     *
     * @param terminal whether the process has one
     * @param detach whether this program ends before the process does
     */
    static void check(boolean terminal, boolean detach, Arguments arguments) {
        boolean socket = arguments.given("console-socket");
        if (detach && terminal && !socket) {
            throw new InvalidArgument(
                    "cannot allocate tty if runc will detach without setting console socket");
        }
        if (socket && !(detach && terminal)) {
            throw new InvalidArgument(
                    "cannot use console socket if runc will not detach or allocate tty");
        }
    }
}
