package jong.cli.container;

import java.util.List;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code --health-…} and {@code --no-healthcheck}. */
final class HealthFlags {

    private static final List<String> NAMES =
            List.of(
                    "health-cmd",
                    "health-interval",
                    "health-timeout",
                    "health-start-period",
                    "health-start-interval",
                    "health-retries");

    private HealthFlags() {}

    static void put(FlagSet flags, JsonObject config) {
        boolean given = NAMES.stream().anyMatch(flags::given);
        if (flags.on("no-healthcheck")) {
            if (given) {
                throw new CommandException(
                        "--no-healthcheck conflicts with --health-* options", 125);
            }
            config.with("Healthcheck", new JsonObject().with("Test", List.of("NONE")));
        } else if (given) {
            config.with("Healthcheck", health(flags));
        }
    }

    private static JsonObject health(FlagSet flags) {
        String command = flags.text("health-cmd");
        var health = new JsonObject();
        if (!command.isEmpty()) {
            health.with("Test", List.of("CMD-SHELL", command));
        }
        if (flags.number("health-retries", 0) < 0) {
            throw new CommandException("--health-retries cannot be negative", 125);
        }
        for (String name : NAMES.subList(1, 5)) {
            if (flags.nanos(name) < 0) {
                throw new CommandException("--" + name + " cannot be negative", 125);
            }
        }
        return health.withUnlessEmpty("Interval", flags.nanos("health-interval"))
                .withUnlessEmpty("Timeout", flags.nanos("health-timeout"))
                .withUnlessEmpty("StartPeriod", flags.nanos("health-start-period"))
                .withUnlessEmpty("StartInterval", flags.nanos("health-start-interval"))
                .withUnlessEmpty("Retries", flags.number("health-retries", 0));
    }
}
