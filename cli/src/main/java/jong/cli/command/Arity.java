package jong.cli.command;

import org.jspecify.annotations.Nullable;

/**
 * How many arguments a command takes.
 *
 * @param most {@link Integer#MAX_VALUE} for any number
 */
public record Arity(int least, int most) {

    /** No arguments. */
    public static final Arity NONE = exactly(0);

    /** That many. */
    public static Arity exactly(int count) {
        return new Arity(count, count);
    }

    /** That many and more. */
    public static Arity atLeast(int count) {
        return new Arity(count, Integer.MAX_VALUE);
    }

    /** No more than that many. */
    public static Arity atMost(int count) {
        return new Arity(0, count);
    }

    /** What is wrong with {@code count} arguments, in docker's words; null if nothing is. */
    public @Nullable String complaint(int count) {
        if (count >= least && count <= most) {
            return null;
        }
        if (most == 0) {
            return "accepts no arguments";
        }
        if (least == most) {
            return "requires " + arguments(least);
        }
        if (most == Integer.MAX_VALUE) {
            return "requires at least " + arguments(least);
        }
        return least == 0
                ? "requires at most " + arguments(most)
                : "requires at least " + least + " and at most " + arguments(most);
    }

    private static String arguments(int count) {
        return count == 1 ? "1 argument" : count + " arguments";
    }
}
