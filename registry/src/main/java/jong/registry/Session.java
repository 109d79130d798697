package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import jong.registry.hosts.Endpoint;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests in the name of one user, proving who that is where it is asked for, and waiting
 * where a registry asks to. May be used by several threads at once.
 */
final class Session {

    static final int MAX_ERROR_BYTES = 64 * 1024;
    static final String NO_CREDENTIALS = "no basic auth credentials";

    /** A challenge, and one more when the token that answered it had expired. */
    private static final int MAX_CHALLENGES = 2;

    private static final int MAX_WAITS = 3;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Transport transport;
    private final TokenService tokens;
    private final RegistryAuth auth;
    private final Scopes scopes;
    private final boolean offline;
    private final Refusals refusals;
    private final Map<URI, Authorizer> authorizers = new ConcurrentHashMap<>();

    /**
     * A user's session.
     *
     * @param scopes the rights that all its requests need
     * @param offline whether refresh tokens are wanted
     * @param refusals tells what it means if the user does not satisfy the registry
     */
    Session(
            Transport transport,
            RegistryAuth auth,
            Scopes scopes,
            boolean offline,
            Refusals refusals) {
        this.transport = transport;
        this.tokens = new TokenService(transport);
        this.auth = auth;
        this.scopes = scopes;
        this.offline = offline;
        this.refusals = refusals;
    }

    /** Turns a registry's answer into what users are told. */
    interface Refusals {
        StatusException of(HttpResponse<InputStream> response, byte[] body);

        /** Where a name and a password are missing, {@code request} says what they are for. */
        default StatusException noCredentials(String request) {
            return new StatusException.Internal(request + NO_CREDENTIALS);
        }
    }

    /** Sends a request that needs no more rights than all do; see the other method. */
    HttpResponse<InputStream> send(Endpoint endpoint, Transport.Request request)
            throws IOException, InterruptedException {
        return send(endpoint, request, Scopes.NONE);
    }

    /**
     * Sends a request; the caller closes the answer's body.
     *
     * @param extra the rights that this request needs besides
     * @throws StatusException if who is asking does not satisfy the registry
     */
    HttpResponse<InputStream> send(Endpoint endpoint, Transport.Request request, Scopes extra)
            throws IOException, InterruptedException {
        for (int waits = 0; ; waits++) {
            Answer answer = prove(endpoint, request, extra);
            if (answer.refused != null) {
                throw refusal(request, answer);
            }
            HttpResponse<InputStream> response = answer.response;
            Duration wait = retryAfter(response);
            if (wait.isNegative() || waits == MAX_WAITS) {
                return response;
            }
            response.body().close();
            Thread.sleep(wait);
        }
    }

    /**
     * Asks an endpoint whether it takes this user.
     *
     * @return the status of its answer; 401 if it does not
     * @throws StatusException if a token service refuses, or a name and a password are missing
     */
    int login(Endpoint endpoint) throws IOException, InterruptedException {
        var ping = Transport.Request.of("GET", endpoint.ping(), Map.of());
        Answer answer = prove(endpoint, ping, Scopes.NONE);
        answer.response.body().close();
        if (answer.refused != null && answer.wantsPassword()) {
            throw refusal(ping, answer);
        }
        return answer.response.statusCode();
    }

    /** What was given by a token service for later sessions, or {@code ""}. */
    String refreshToken(Endpoint endpoint) {
        return authorizer(endpoint).refreshToken();
    }

    /** An answer, and what its request proved itself with. */
    private static final class Answer {

        private final HttpResponse<InputStream> response;
        private final String authorization;

        /** The body, if the registry does not take who asked. */
        private final byte @Nullable [] refused;

        Answer(
                HttpResponse<InputStream> response,
                String authorization,
                byte @Nullable [] refused) {
            this.response = response;
            this.authorization = authorization;
            this.refused = refused;
        }

        /** Whether nothing was proved although a name and a password would be taken. */
        boolean wantsPassword() {
            return authorization.isEmpty()
                    && Challenge.of(response).stream().anyMatch(c -> c.scheme().equals("basic"));
        }
    }

    private Answer prove(Endpoint endpoint, Transport.Request request, Scopes extra)
            throws IOException, InterruptedException {
        Authorizer authorizer = authorizer(endpoint);
        // Where an upload's Location leads to another host, that one is told nothing.
        boolean own = Transport.sameHost(request.uri(), endpoint.base());
        for (int challenged = 0; ; challenged++) {
            String authorization = own ? header(authorizer, request, extra) : "";
            var response =
                    transport.send(
                            endpoint,
                            authorization.isEmpty()
                                    ? request
                                    : request.with("Authorization", authorization));
            // A challenge counts only if it comes from where the question went.
            if (response.statusCode() != 401
                    || !own
                    || !Transport.sameHost(request.uri(), response.uri())) {
                return new Answer(response, authorization, null);
            }
            byte[] body;
            try (InputStream in = response.body()) {
                body = in.readNBytes(MAX_ERROR_BYTES);
            }
            List<Challenge> challenges = Challenge.of(response);
            if (challenged == MAX_CHALLENGES
                    || !answer(authorizer, request, challenges, authorization, extra)) {
                return new Answer(response, authorization, body);
            }
        }
    }

    /** A token service's refusal is told together with what the token was wanted for. */
    private static String header(Authorizer authorizer, Transport.Request request, Scopes extra)
            throws IOException, InterruptedException {
        try {
            return authorizer.header(extra);
        } catch (StatusException.Unauthenticated e) {
            throw new StatusException.Unauthenticated(prefix(request) + e.getMessage());
        }
    }

    private static boolean answer(
            Authorizer authorizer,
            Transport.Request request,
            List<Challenge> challenges,
            String refused,
            Scopes extra)
            throws IOException, InterruptedException {
        try {
            return authorizer.answer(challenges, refused, extra);
        } catch (StatusException.Unauthenticated e) {
            throw new StatusException.Unauthenticated(prefix(request) + e.getMessage());
        }
    }

    private StatusException refusal(Transport.Request request, Answer answer) {
        byte[] body = answer.refused == null ? new byte[0] : answer.refused;
        return answer.wantsPassword()
                ? refusals.noCredentials(prefix(request))
                : refusals.of(answer.response, body);
    }

    private static String prefix(Transport.Request request) {
        return TransportErrors.prefix(request.method(), request.uri());
    }

    private Authorizer authorizer(Endpoint endpoint) {
        // A mirror is another party: it does not learn the user's secrets.
        RegistryAuth shown = endpoint.mirror() ? RegistryAuth.ANONYMOUS : auth;
        return authorizers.computeIfAbsent(
                endpoint.base(), _ -> new Authorizer(tokens, endpoint, shown, scopes, offline));
    }

    /**
     * How long the registry asks to wait; negative if it does not, or for longer than a user would.
     */
    private static Duration retryAfter(HttpResponse<InputStream> response) {
        if (response.statusCode() != 429 && response.statusCode() != 503) {
            return Duration.ofSeconds(-1);
        }
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        if (!seconds.matches("[0-9]{1,5}")) {
            return Duration.ofSeconds(-1);
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(seconds));
        // Those that were sent away together should not come back together.
        return wait.compareTo(LONGEST_WAIT) > 0
                ? Duration.ofSeconds(-1)
                : wait.plusMillis(ThreadLocalRandom.current().nextInt(250));
    }
}
