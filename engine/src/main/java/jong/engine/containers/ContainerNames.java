package jong.engine.containers;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import jong.wire.status.StatusException.InvalidArgument;

/** The rules for containers' names, and names for those that got none. */
final class ContainerNames {

    private static final Pattern VALID = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    private static final int TRIES = 6;

    private static final List<String> ADJECTIVES =
            List.of(
                    "agile",
                    "amber",
                    "ample",
                    "brave",
                    "breezy",
                    "bright",
                    "brisk",
                    "calm",
                    "candid",
                    "cheery",
                    "clever",
                    "cosmic",
                    "crisp",
                    "curious",
                    "daring",
                    "deft",
                    "eager",
                    "early",
                    "earnest",
                    "fair",
                    "fearless",
                    "fluent",
                    "frank",
                    "gentle",
                    "glad",
                    "golden",
                    "graceful",
                    "hardy",
                    "hearty",
                    "humble",
                    "jolly",
                    "keen",
                    "kind",
                    "lively",
                    "loyal",
                    "lucid",
                    "mellow",
                    "merry",
                    "mighty",
                    "modest",
                    "nimble",
                    "noble",
                    "patient",
                    "placid",
                    "plucky",
                    "polite",
                    "proud",
                    "quick",
                    "quiet",
                    "rapid",
                    "ready",
                    "robust",
                    "rustic",
                    "serene",
                    "sharp",
                    "silent",
                    "sincere",
                    "sleek",
                    "smart",
                    "snug",
                    "solid",
                    "spry",
                    "steady",
                    "sturdy",
                    "subtle",
                    "sunny",
                    "swift",
                    "tidy",
                    "tranquil",
                    "upbeat",
                    "vivid",
                    "warm",
                    "wise",
                    "witty",
                    "zesty");

    /** Builders, navigators and cartographers: a jong is a ship. */
    private static final List<String> SURNAMES =
            List.of(
                    "amundsen",
                    "barents",
                    "bering",
                    "blaeu",
                    "bligh",
                    "bougainville",
                    "bowditch",
                    "brunel",
                    "cabot",
                    "cabral",
                    "cartier",
                    "chapman",
                    "chichester",
                    "columbus",
                    "cook",
                    "cousteau",
                    "dampier",
                    "darwin",
                    "dias",
                    "drake",
                    "elcano",
                    "ericson",
                    "fitzroy",
                    "flinders",
                    "franklin",
                    "frobisher",
                    "gama",
                    "gilbert",
                    "hadley",
                    "harrison",
                    "hudson",
                    "humboldt",
                    "janszoon",
                    "kupe",
                    "laperouse",
                    "linschoten",
                    "magellan",
                    "maury",
                    "mercator",
                    "nansen",
                    "ortelius",
                    "parry",
                    "piri",
                    "polo",
                    "pytheas",
                    "raleigh",
                    "ross",
                    "rutter",
                    "sadlier",
                    "scott",
                    "shackleton",
                    "slocum",
                    "tasman",
                    "torres",
                    "tupaia",
                    "urdaneta",
                    "vancouver",
                    "vespucci",
                    "waldseemuller",
                    "wegener",
                    "weddell",
                    "wilkes",
                    "yermak",
                    "zheng");

    private ContainerNames() {}

    /**
     * The name without docker's leading slash.
     *
     * @throws InvalidArgument with docker's text
     */
    static String check(String name) {
        if (!VALID.matcher(name).matches()) {
            throw new InvalidArgument(
                    "Invalid container name ("
                            + name
                            + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** A name {@code adjective_surname} that is free; with a digit if several tries were taken. */
    static String random(RandomGenerator random, Predicate<String> taken) {
        for (int i = 0; ; i++) {
            String name =
                    ADJECTIVES.get(random.nextInt(ADJECTIVES.size()))
                            + "_"
                            + SURNAMES.get(random.nextInt(SURNAMES.size()))
                            + (i < TRIES ? "" : random.nextInt(i * 10));
            if (!taken.test(name)) {
                return name;
            }
        }
    }
}
