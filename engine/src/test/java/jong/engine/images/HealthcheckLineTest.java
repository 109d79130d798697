package jong.engine.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

class HealthcheckLineTest {

    @Test
    void theInstructionBecomesTheConfigurationsMember() {
        check("NONE", "{'Test':['NONE']}");
        check("CMD curl -f x || exit 1", "{'Test':['CMD-SHELL','curl -f x || exit 1']}");
        check("cmd [\"a\", \"b c\"]", "{'Test':['CMD','a','b c']}");
        check(
                "--interval=1m30s --timeout=1.5s --start-period=2h --start-interval=10ms"
                        + " --retries=4 CMD x",
                "{'Interval':90000000000,'Timeout':1500000000,'StartPeriod':7200000000000,"
                        + "'StartInterval':10000000,'Retries':4,'Test':['CMD-SHELL','x']}");
    }

    @Test
    void whatIsNoHealthcheckIsRefused() {
        refused("", "HEALTHCHECK requires at least one argument");
        refused("NONE x", "HEALTHCHECK NONE takes no arguments");
        refused("CMD", "Missing command after HEALTHCHECK CMD");
        refused("RUN x", "Unknown type \"RUN\" in HEALTHCHECK (try CMD)");
        refused("--interval=5 CMD x", "time: invalid duration \"5\"");
        refused("--bogus=5 CMD x", "unknown flag: --bogus");
    }

    private static void check(String line, String json) {
        JsonObject config = ConfigChanges.apply(new JsonObject(), List.of("HEALTHCHECK " + line));
        assertThat(Json.write(config.object("Healthcheck"))).isEqualTo(json.replace('\'', '"'));
    }

    private static void refused(String line, String text) {
        assertThatThrownBy(() -> HealthcheckLine.parse(line))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(text);
    }
}
