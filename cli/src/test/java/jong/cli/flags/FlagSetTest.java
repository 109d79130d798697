package jong.cli.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of pflag, with the texts that docker 28.2 prints. */
final class FlagSetTest {

    private static final String HELP =
            """
              -a, --all             Show all
              -i, --interactive     Keep input open
              -n, --last int        Show n last (default -1)
              -m, --memory bytes    Memory limit
                  --name string     Give a name
              -e, --env list        Set variables
                  --every duration  How often
            """;

    @Test
    void valuesComeInAllSpellings() {
        check("--name x", flags -> flags.text("name"), "x");
        check("--name=x=y", flags -> flags.text("name"), "x=y");
        check("--name=", flags -> flags.text("name"), "");
        check("-n5", flags -> flags.number("last", -1), 5L);
        check("-n=5", flags -> flags.number("last", -1), 5L);
        check("-n 5", flags -> flags.number("last", -1), 5L);
        check("x", flags -> flags.number("last", -1), -1L);
        check("-ai", flags -> flags.on("all") && flags.on("interactive"), true);
        check("-ain 3", flags -> flags.number("last", -1), 3L);
        check("--all=false", flags -> flags.on("all"), false);
        check("-a=false", flags -> flags.on("all"), false);
        check("-e A -e B=c", flags -> flags.all("env"), List.of("A", "B=c"));
        check("-m 64m", flags -> flags.bytes("memory"), 64L << 20);
        check("-m 1.5GB", flags -> flags.bytes("memory"), 3L << 29);
        check("-m 10", flags -> flags.bytes("memory"), 10L);
        check("-m -1", flags -> flags.bytes("memory"), -1L);
        check("--every 1m30.5s", flags -> flags.nanos("every"), 90_500_000_000L);
    }

    @Test
    void argumentsEndTheFlagsWhereTheCommandSaysSo() {
        check("x -a y", FlagSet::arguments, List.of("x", "y"));
        check("-- -a", FlagSet::arguments, List.of("-a"));
        check("- x", FlagSet::arguments, List.of("-", "x"));
        var flags = new FlagSet(HELP);
        flags.parse(List.of("-a", "image", "sh", "-c", "--", "x"), false);
        assertThat(flags.arguments()).containsExactly("image", "sh", "-c", "--", "x");
    }

    @Test
    void mistakesAreToldInDockersWords() {
        refuse("-z", "unknown shorthand flag: 'z' in -z");
        refuse("-azb", "unknown shorthand flag: 'z' in -zb");
        refuse("--nope", "unknown flag: --nope");
        refuse("--nope=1", "unknown flag: --nope");
        refuse("--name", "flag needs an argument: --name");
        refuse("-n", "flag needs an argument: 'n' in -n");
        refuse("--=x", "bad flag syntax: --=x");
        refuse(
                "--all=maybe",
                "invalid argument \"maybe\" for \"-a, --all\" flag:"
                        + " strconv.ParseBool: parsing \"maybe\": invalid syntax");
        refuse(
                "-n x",
                "invalid argument \"x\" for \"-n, --last\" flag:"
                        + " strconv.ParseInt: parsing \"x\": invalid syntax");
        refuse("-m 1x", "invalid argument \"1x\" for \"-m, --memory\" flag: invalid suffix: 'x'");
        refuse("-m -2", "invalid argument \"-2\" for \"-m, --memory\" flag: invalid size: '-2'");
    }

    @Test
    void anyBytesAreEitherReadOrRefused() {
        long seed = System.nanoTime();
        var random = new java.util.Random(seed);
        String alphabet = "-=an meE15.x";
        for (int i = 0; i < 2000; i++) {
            var line = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                new FlagSet(HELP).parse(List.of(line.toString().split(" ")), true);
            } catch (FlagException e) {
                assertThat(e.getMessage()).as("seed %d, line %s", seed, line).isNotEmpty();
            }
        }
    }

    private static <T> void check(
            String line, java.util.function.Function<FlagSet, T> read, T expected) {
        var flags = new FlagSet(HELP);
        flags.parse(List.of(line.split(" ")), true);
        assertThat(read.apply(flags)).as(line).isEqualTo(expected);
    }

    private static void refuse(String line, String message) {
        assertThatThrownBy(() -> new FlagSet(HELP).parse(List.of(line.split(" ")), true))
                .isInstanceOf(FlagException.class)
                .hasMessage(message);
    }
}
