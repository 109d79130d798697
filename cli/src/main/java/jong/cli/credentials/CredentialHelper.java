package jong.cli.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jong.cli.failure.CommandException;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A program {@code docker-credential-NAME} that keeps credentials, spoken to by docker's protocol:
 * a verb as the argument, one document each way.
 */
final class CredentialHelper {

    /** What a helper says of a registry that it knows nothing about. */
    private static final String NOT_FOUND = "credentials not found in native keychain";

    /** In place of a user's name: the secret is an identity token. */
    private static final String TOKEN = "<token>";

    private static final int MAX_ANSWER = 1 << 20;

    private final String program;
    private final Map<String, String> environment;

    /**
     * Does not look for the program yet.
     *
     * @param name what follows {@code docker-credential-}
     */
    CredentialHelper(String name, Map<String, String> environment) {
        this.program = "docker-credential-" + name;
        this.environment = environment;
    }

    /** The credentials for a server; empty ones if the helper has none. */
    Credentials get(String server) {
        Answer answer = run("get", server);
        if (answer.code != 0) {
            if (answer.text.equals(NOT_FOUND)) {
                return Credentials.none(server);
            }
            throw failed("error getting credentials", answer);
        }
        try {
            JsonObject json = Json.parseObject(answer.text);
            String name = json.string("Username");
            String secret = json.string("Secret");
            return name.equals(TOKEN)
                    ? new Credentials(server, "", "", secret)
                    : new Credentials(server, name, secret, "");
        } catch (JsonException e) {
            // The text may hold the secret.
            throw new CommandException("error getting credentials - " + program + " sent no JSON");
        }
    }

    void store(Credentials credentials) {
        boolean token = !credentials.identityToken().isEmpty();
        JsonObject json =
                new JsonObject()
                        .with("ServerURL", credentials.server())
                        .with("Username", token ? TOKEN : credentials.username())
                        .with(
                                "Secret",
                                token ? credentials.identityToken() : credentials.password());
        Answer answer = run("store", Json.write(json));
        if (answer.code != 0) {
            throw failed("error storing credentials", answer);
        }
    }

    void erase(String server) {
        Answer answer = run("erase", server);
        if (answer.code != 0 && !answer.text.equals(NOT_FOUND)) {
            throw failed("error erasing credentials", answer);
        }
    }

    private record Answer(int code, String text) {}

    private Answer run(String verb, String input) {
        Path file = find();
        if (file == null) {
            return new Answer(-1, "exec: \"" + program + "\": executable file not found in $PATH");
        }
        try {
            var builder = new ProcessBuilder(file.toString(), verb);
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                assert e != null; // It ended without reading; its status says what that means.
            }
            String text = new String(process.getInputStream().readNBytes(MAX_ANSWER), UTF_8);
            return new Answer(process.waitFor(), text.strip());
        } catch (IOException e) {
            return new Answer(-1, "fork/exec " + file + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while " + program + " ran");
        }
    }

    /** The program in the user's PATH; null if it is in none of its directories. */
    private @Nullable Path find() {
        for (String directory : environment.getOrDefault("PATH", "").split(":")) {
            Path file = Path.of(directory, program);
            if (!directory.isEmpty() && Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    private static CommandException failed(String what, Answer answer) {
        return new CommandException(
                answer.code < 0
                        ? what + " - err: " + answer.text + ", out: ``"
                        : what
                                + " - err: exit status "
                                + answer.code
                                + ", out: `"
                                + answer.text
                                + "`");
    }
}
