package jong.registry.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jong.http.Exchange;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;

/**
 * Bearer tokens of distribution's token service (its spec/auth): JWTs with a claim {@code access}.
 *
 * <p>Signatures are checked by Nimbus against the keys of a file and no others: keys and
 * certificates that a token brings along ({@code jwk}, {@code x5c}, {@code jku}) are not looked at,
 * and {@code kid} only chooses among ours (CVE-2025-24976).
 */
public final class Tokens implements AccessControl {

    /** Signatures by public keys only: a key that verifies must not be able to sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final int MAX_TOKEN_LENGTH = 64 << 10;

    private final TokenSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /**
     * Makes the control from the public keys of a JWKS file (RFC 7517).
     *
     * @throws IOException if the file cannot be read, is no JWKS or has no public key
     */
    public Tokens(TokenSettings settings, Path keys) throws IOException {
        this.settings = settings;
        JWKSet set = read(keys);
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(set)));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        settings.service(),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("exp")));
    }

    private static JWKSet read(Path keys) throws IOException {
        try {
            JWKSet set = JWKSet.load(keys.toFile()).toPublicJWKSet();
            if (set.isEmpty()) {
                throw new IOException("cannot use " + keys + ": it has no public key");
            }
            return set;
        } catch (ParseException e) {
            throw new IOException("cannot use " + keys + ": it is no JWKS: " + e.getMessage(), e);
        }
    }

    @Override
    public Visitor admit(Exchange exchange, List<Permission> needed) {
        String header = exchange.header("Authorization");
        if (!header.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            throw challenge(exchange, needed, "", "a token is needed");
        }
        JWTClaimsSet claims;
        try {
            claims = verified(header.substring("Bearer ".length()).strip());
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
            throw challenge(exchange, needed, "invalid_token", String.valueOf(e.getMessage()));
        }
        Map<Resource, Set<String>> granted = granted(claims);
        if (!needed.stream().allMatch(permission -> covers(granted, permission))) {
            throw challenge(exchange, needed, "insufficient_scope", "the token does not suffice");
        }
        String subject = claims.getSubject();
        return new Visitor(subject == null ? "" : subject, false, repositories(granted));
    }

    private JWTClaimsSet verified(String token)
            throws ParseException, BadJOSEException, JOSEException {
        if (token.length() > MAX_TOKEN_LENGTH) {
            throw new ParseException("the token is too long", 0);
        }
        return processor.process(token, null);
    }

    private record Resource(String type, String name) {}

    /**
     * The claim {@code access}: a list of {type, name, actions}; whatever is malformed is left out.
     */
    private static Map<Resource, Set<String>> granted(JWTClaimsSet claims) {
        Map<Resource, Set<String>> granted = new HashMap<>();
        if (claims.getClaim("access") instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> access
                        && access.get("type") instanceof String type
                        && access.get("name") instanceof String name
                        && access.get("actions") instanceof List<?> actions) {
                    Set<String> known =
                            granted.computeIfAbsent(new Resource(type, name), _ -> new HashSet<>());
                    actions.forEach(action -> known.add(String.valueOf(action)));
                }
            }
        }
        return granted;
    }

    private static boolean covers(Map<Resource, Set<String>> granted, Permission permission) {
        Set<String> actions =
                granted.getOrDefault(new Resource(permission.type(), permission.name()), Set.of());
        return actions.contains(permission.action()) || actions.contains("*");
    }

    private static Map<String, Set<String>> repositories(Map<Resource, Set<String>> granted) {
        return granted.entrySet().stream()
                .filter(entry -> entry.getKey().type().equals("repository"))
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    }

    /** The refusal, with what to ask the token service for. */
    private RegistryException challenge(
            Exchange exchange, List<Permission> needed, String error, String detail) {
        var scopes = new TreeMap<String, String>();
        for (Permission permission : needed) {
            scopes.merge(
                    permission.type() + ":" + permission.name(),
                    permission.action(),
                    (one, other) -> one + "," + other);
        }
        String from = exchange.target().query().string("from");
        if (!needed.isEmpty() && jong.registry.server.protocol.RepositoryName.isValid(from)) {
            scopes.putIfAbsent("repository:" + from, "pull");
        }
        String scope =
                scopes.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .collect(Collectors.joining(" "));
        exchange.setHeader(
                "WWW-Authenticate",
                "Bearer realm=\"%s\",service=\"%s\"".formatted(settings.realm(), settings.service())
                        + (scope.isEmpty() ? "" : ",scope=\"" + scope + "\"")
                        + (error.isEmpty() ? "" : ",error=\"" + error + "\""));
        return new RegistryException(ErrorCode.UNAUTHORIZED, detail);
    }
}
