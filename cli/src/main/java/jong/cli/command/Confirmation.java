package jong.cli.command;

import java.io.IOException;

/** Asks before something is removed. */
public final class Confirmation {

    private Confirmation() {}

    /** Shows a warning and asks whether to go on; anything but {@code y} means no. */
    public static boolean ask(Session session, String warning) throws IOException {
        session.out().print(warning + "\nAre you sure you want to continue? [y/N] ");
        session.out().flush();
        var answer = new StringBuilder();
        for (int c = session.in().read(); c >= 0 && c != '\n'; c = session.in().read()) {
            answer.append((char) c);
        }
        return answer.toString().strip().equalsIgnoreCase("y");
    }
}
