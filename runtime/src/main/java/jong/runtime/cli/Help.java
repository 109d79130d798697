package jong.runtime.cli;

import java.io.PrintStream;
import java.util.List;

/** The help texts, in the form of runc's. */
final class Help {

    private Help() {}

    static void program(PrintStream out) {
        out.println("NAME:\n   jong-runc - Open Container Initiative runtime\n");
        out.println(
                "USAGE:\n   jong-runc [global options] command [command options] [arguments...]");
        out.println("\nVERSION:\n   " + Version.text().indent(3).strip() + "\n\nCOMMANDS:");
        int width = 0;
        for (Command command : Commands.ALL) {
            width = Math.max(width, command.name().length());
        }
        for (Command command : Commands.ALL) {
            String gap = " ".repeat(width - command.name().length() + 2);
            out.println("   " + command.name() + gap + command.summary());
        }
        out.println("\nGLOBAL OPTIONS:");
        flags(out, Commands.GLOBAL);
    }

    static void command(PrintStream out, Command command) {
        out.println("NAME:\n   jong-runc " + command.name() + " - " + command.summary() + "\n");
        out.println(
                "USAGE:\n   jong-runc " + command.name() + " [command options] " + command.usage());
        if (!command.flags().isEmpty()) {
            out.println("\nOPTIONS:");
            flags(out, command.flags());
        }
    }

    private static void flags(PrintStream out, List<Flag> flags) {
        int width = 0;
        for (Flag flag : flags) {
            width = Math.max(width, words(flag).length());
        }
        for (Flag flag : flags) {
            String words = words(flag);
            out.println("   " + words + " ".repeat(width - words.length() + 2) + flag.help());
        }
    }

    private static String words(Flag flag) {
        var words = new StringBuilder();
        for (String name : flag.names()) {
            words.append(words.isEmpty() ? "" : ", ");
            words.append(name.length() == 1 ? "-" : "--").append(name);
            words.append(flag.takesValue() ? " value" : "");
        }
        return words.toString();
    }
}
