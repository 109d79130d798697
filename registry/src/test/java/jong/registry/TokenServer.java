package jong.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.pem.PemFile;

/**
 * A token service whose tokens docker-registry takes (distribution, docs/spec/auth): {@code
 * user:secret} may do everything, others may pull below {@code public/}.
 */
final class TokenServer implements AutoCloseable {

    static final String REFRESH_TOKEN = "refresh-of-user";
    private static final String ISSUER = "test-issuer";
    private static final String SERVICE = "test-registry";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes(UTF_8));

    /** What was asked: method, and parameters of query or form. */
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private final ScriptedServer server = new ScriptedServer();
    private final Path certificate;
    private final PrivateKey key;

    TokenServer(Path directory) throws Exception {
        Certificates.selfSigned(directory, "token", "localhost");
        certificate = directory.resolve("token.crt");
        key = PemFile.read(directory.resolve("token.key")).privateKey();
        server.on("/token", this::answer);
    }

    /** The lines of docker-registry's configuration that make it ask for these tokens. */
    String configuration() {
        return """
        auth:
          token: {realm: "http://127.0.0.1:%d/token", service: %s, issuer: %s, rootcertbundle: %s}
        """
                .formatted(server.port(), SERVICE, ISSUER, certificate);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void answer(ScriptedServer.Exchange exchange) throws IOException {
        int question = exchange.target.indexOf('?');
        String parameters =
                exchange.method.equals("POST")
                        ? exchange.body()
                        : question < 0 ? "" : exchange.target.substring(question + 1);
        requests.add(exchange.method + " " + URLDecoder.decode(parameters, UTF_8));
        Map<String, List<String>> form = parse(parameters);
        boolean known;
        if (exchange.method.equals("POST")) {
            known = form.getOrDefault("refresh_token", List.of()).contains(REFRESH_TOKEN);
        } else {
            known = exchange.header("Authorization").equals(BASIC);
        }
        boolean claims =
                exchange.method.equals("POST") || !exchange.header("Authorization").isEmpty();
        if (claims && !known) {
            exchange.answer(
                    401, "{\"details\":\"incorrect username or password\"}".getBytes(UTF_8));
            return;
        }
        var answer = new JsonObject().with("token", token(form, known)).with("expires_in", 300);
        if (form.containsKey("offline_token")) {
            answer.with("refresh_token", REFRESH_TOKEN);
        }
        exchange.answer(200, Json.writeBytes(answer));
    }

    private String token(Map<String, List<String>> form, boolean known) throws IOException {
        List<JsonObject> access = new ArrayList<>();
        for (String scopes : form.getOrDefault("scope", List.of())) {
            for (String scope : scopes.split(" ")) {
                String[] parts = scope.split(":");
                if (parts.length == 3 && (known || parts[1].startsWith("public/"))) {
                    access.add(
                            new JsonObject()
                                    .with("type", parts[0])
                                    .with("name", parts[1])
                                    .with(
                                            "actions",
                                            known
                                                    ? List.of(parts[2].split(","))
                                                    : List.of("pull")));
                }
            }
        }
        long now = System.currentTimeMillis() / 1000;
        var claims =
                new JsonObject()
                        .with("iss", ISSUER)
                        .with("sub", known ? "user" : "")
                        .with("aud", SERVICE)
                        .with("nbf", now - 60)
                        .with("exp", now + 600)
                        .with("access", access);
        try {
            return signed(claims);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String signed(JsonObject claims) throws IOException, GeneralSecurityException {
        List<String> chain = new ArrayList<>();
        for (Certificate one : PemFile.read(certificate).certificates()) {
            chain.add(Base64.getEncoder().encodeToString(one.getEncoded()));
        }
        var head = new JsonObject().with("typ", "JWT").with("alg", "RS256").with("x5c", chain);
        String text = encode(Json.writeBytes(head)) + "." + encode(Json.writeBytes(claims));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(ISO_8859_1));
        return text + "." + encode(signature.sign());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Map<String, List<String>> parse(String parameters) {
        return Stream.of(parameters.split("&"))
                .filter(pair -> pair.contains("="))
                .map(pair -> pair.split("=", 2))
                .collect(
                        Collectors.groupingBy(
                                pair -> pair[0],
                                Collectors.mapping(
                                        pair -> URLDecoder.decode(pair[1], UTF_8),
                                        Collectors.toList())));
    }
}
