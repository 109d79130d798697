package jong.engine.system;

import java.util.List;
import jong.engine.rest.Exchange;
import jong.engine.rest.Handler;
import jong.engine.rest.Router;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.NotFound;
import jong.wire.status.StatusException.Unavailable;
import jong.wire.status.StatusException.Unimplemented;

/**
 * Answers for parts of Docker that Jong does not have, with dockerd's texts for the case that they
 * are switched off: swarm, plugins, checkpoints, BuildKit's sessions.
 */
public final class AbsentRoutes {

    private static final List<String> SWARM_OBJECTS =
            List.of("nodes", "services", "tasks", "secrets", "configs");

    private AbsentRoutes() {}

    /** Registers the routes. */
    public static void register(Router router) {
        registerSwarm(router);
        router.route("GET", "/plugins", exchange -> exchange.json(200, List.of()));
        router.route("GET", "/plugins/{name:.*}/json", AbsentRoutes::noPlugin);
        router.route("DELETE", "/plugins/{name:.*}", AbsentRoutes::noPlugin);
        for (String method : List.of("GET", "POST")) {
            router.route(method, "/containers/{id}/checkpoints", fail(noCheckpoints()));
        }
        router.route("DELETE", "/containers/{id}/checkpoints/{name}", fail(noCheckpoints()));
        router.route("POST", "/session", fail(new InvalidArgument("no upgrade proto in request")));
        router.route("POST", "/grpc", fail(new Internal("no upgrade proto in request")));
    }

    private static void registerSwarm(Router router) {
        var notManager =
                new Unavailable(
                        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker"
                                + " swarm join\" to connect this node to swarm and try again.");
        router.route("POST", "/swarm/init", fail(new Unimplemented("swarm is not supported")));
        router.route("POST", "/swarm/join", fail(new Unimplemented("swarm is not supported")));
        router.route(
                "POST", "/swarm/leave", fail(new Unavailable("This node is not part of a swarm")));
        router.route("GET", "/swarm", fail(notManager));
        router.route("GET", "/swarm/unlockkey", fail(notManager));
        router.route("POST", "/swarm/{any}", fail(notManager));
        for (String objects : SWARM_OBJECTS) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                router.route(method, "/" + objects, fail(notManager));
                router.route(method, "/" + objects + "/{any:.*}", fail(notManager));
            }
        }
    }

    private static void noPlugin(Exchange exchange) {
        throw new NotFound("plugin \"" + exchange.path("name") + "\" not found");
    }

    private static StatusException noCheckpoints() {
        return new Unimplemented(
                "This experimental feature is disabled by default. Start the Docker daemon in"
                        + " experimental mode in order to enable it.");
    }

    private static Handler fail(StatusException failure) {
        return _ -> {
            throw failure;
        };
    }
}
