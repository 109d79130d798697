package jong.registry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jong.registry.TokenService.Token;
import jong.registry.hosts.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of one endpoint for one user: Basic, or Bearer with tokens of the
 * endpoint's token service.
 *
 * <p>Tokens are kept, one for each set of rights, until they are about to expire or the registry
 * refuses them. May be used by several threads at once; two that need the same token at the same
 * time may both fetch it.
 */
final class Authorizer {

    private final TokenService tokens;
    private final Endpoint endpoint;
    private final RegistryAuth auth;
    private final boolean offline;

    /** What each token gives, besides what a single request asks for; grows by challenges. */
    private volatile Scopes base;

    private volatile String basic = "";
    private volatile @Nullable Challenge bearer;
    private volatile String refreshToken = "";
    private final Map<Scopes, Token> kept = new ConcurrentHashMap<>();

    /**
     * For one endpoint.
     *
     * @param base the rights that all requests need
     * @param offline whether a refresh token is wanted
     */
    Authorizer(
            TokenService tokens,
            Endpoint endpoint,
            RegistryAuth auth,
            Scopes base,
            boolean offline) {
        this.tokens = tokens;
        this.endpoint = endpoint;
        this.auth = auth;
        this.base = base;
        this.offline = offline;
    }

    /**
     * The value of {@code Authorization}, or {@code ""} as long as none is known to be needed.
     *
     * @param extra the rights that this request needs besides the usual ones
     */
    String header(Scopes extra) throws IOException, InterruptedException {
        Challenge challenge = bearer;
        return challenge == null ? basic : bearer(challenge, extra);
    }

    /**
     * Finds out what the challenges ask for.
     *
     * @param refused the header that was refused
     * @return whether {@link #header} has something else to offer now
     */
    boolean answer(List<Challenge> challenges, String refused, Scopes extra)
            throws IOException, InterruptedException {
        for (Challenge challenge : challenges) {
            switch (challenge.scheme()) {
                case "bearer" -> {
                    base = base.and(Scopes.parse(challenge.parameter("scope")));
                    bearer = challenge;
                    kept.values().removeIf(token -> refused.equals("Bearer " + token.value()));
                    return !bearer(challenge, extra).equals(refused);
                }
                case "basic" -> {
                    if (!auth.username().isEmpty() && !auth.basic().equals(refused)) {
                        basic = auth.basic();
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /** The refresh token that a token service gave, or {@code ""}. */
    String refreshToken() {
        return refreshToken;
    }

    private String bearer(Challenge challenge, Scopes extra)
            throws IOException, InterruptedException {
        if (!auth.registryToken().isEmpty()) {
            return "Bearer " + auth.registryToken();
        }
        Scopes wanted = base.and(extra);
        Token token = kept.get(wanted);
        if (token == null || !token.isFresh()) {
            token = tokens.token(endpoint, challenge, wanted, auth, offline);
            kept.put(wanted, token);
            if (!token.refreshToken().isEmpty()) {
                refreshToken = token.refreshToken();
            }
        }
        return "Bearer " + token.value();
    }
}
