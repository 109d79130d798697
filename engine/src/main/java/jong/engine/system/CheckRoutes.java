package jong.engine.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.engine.images.RegistryCredentials;
import jong.engine.rest.Exchange;
import jong.engine.rest.Query;
import jong.engine.rest.Router;
import jong.manager.check.CheckReport;
import jong.manager.check.Finding;
import jong.manager.check.StoreCheck;
import jong.wire.json.JsonObject;

/**
 * {@code POST /jong/system/check}: verifies the store. Docker has nothing like it, so it lies
 * beside Docker's API, below a prefix that no version of that will use.
 *
 * <p>Parameters: {@code repair=1} mends what is found, {@code full=1} compares the files of layers
 * too. What the header {@code X-Registry-Config} has is proved to registries that lost content is
 * fetched from. The answer comes at the end: {@code Images}, {@code Layers}, {@code Content} (how
 * many), {@code ContentBytes}, and {@code Damage}, a list of {@code Kind}, {@code Subject}, {@code
 * Problem}, {@code Repaired}, {@code Outcome}.
 */
public final class CheckRoutes {

    private final StoreCheck check;

    /** Serves that check. */
    public CheckRoutes(StoreCheck check) {
        this.check = check;
    }

    /** Registers the route. */
    public void register(Router router) {
        router.route("POST", "/jong/system/check", this::check);
    }

    private void check(Exchange exchange) throws IOException, InterruptedException {
        Query query = exchange.query();
        CheckReport report =
                check.run(
                        query.flag("full"),
                        query.flag("repair"),
                        RegistryCredentials.each(exchange));
        List<JsonObject> damage = new ArrayList<>();
        for (Finding finding : report.findings()) {
            damage.add(
                    new JsonObject()
                            .with("Kind", finding.damage().kind().toString())
                            .with("Subject", finding.damage().subject())
                            .with("Problem", finding.damage().problem())
                            .with("Repaired", finding.repaired())
                            .with("Outcome", finding.outcome()));
        }
        exchange.json(
                200,
                new JsonObject()
                        .with("Images", report.images())
                        .with("Layers", report.layers())
                        .with("Content", report.content())
                        .with("ContentBytes", report.contentBytes())
                        .with("Damage", damage));
    }
}
