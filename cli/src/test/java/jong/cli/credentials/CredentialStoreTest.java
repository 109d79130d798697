package jong.cli.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import jong.cli.connect.ConfigFile;
import jong.cli.connect.GlobalOptions;
import jong.cli.failure.CommandException;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialStoreTest {

    private static final Credentials ME = new Credentials("reg:5000", "me", "a:b", "");

    @TempDir Path directory;

    private Map<String, String> environment;

    @BeforeEach
    void setEnvironment() {
        environment =
                Map.of(
                        "DOCKER_CONFIG",
                        directory.toString(),
                        "PATH",
                        directory + ":" + System.getenv("PATH"));
    }

    @Test
    void fileHoldsThemForItsOwnerAlone() throws IOException {
        assertThat(store().get("reg:5000").isEmpty()).isTrue();
        assertThat(store().store(ME)).isTrue();
        assertThat(store().store(ME)).as("nothing new").isFalse();
        Path file = directory.resolve("config.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(json().object("auths").object("reg:5000").string("auth")).isEqualTo("bWU6YTpi");
        assertThat(store().get("reg:5000")).isEqualTo(ME);
        store().erase("reg:5000");
        assertThat(store().get("reg:5000").isEmpty()).isTrue();
    }

    @Test
    void addressesOfOldClientsAreFound() throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"https://reg:5000/v1/\":{\"auth\":\"bWU6YTpi\"}}}");
        assertThat(store().get("reg:5000").username()).isEqualTo("me");
        assertThat(CredentialStore.key("https://reg:5000/v1/")).isEqualTo("reg:5000");
        assertThat(CredentialStore.key("docker.io")).isEqualTo(CredentialStore.HUB);
    }

    @Test
    void identityTokensStandForPasswords() throws IOException {
        var token = new Credentials("reg:5000", "me", "", "refresh");
        assertThat(store().store(token)).as("no password was written").isFalse();
        assertThat(store().get("reg:5000")).isEqualTo(token);
    }

    @Test
    void helperIsAskedByDockersProtocol() throws IOException {
        helper("{\"ServerURL\":\"reg:5000\",\"Username\":\"<token>\",\"Secret\":\"s\"}", 0);
        assertThat(store().get("reg:5000")).isEqualTo(new Credentials("reg:5000", "", "", "s"));
        assertThat(store().store(ME)).isFalse();
        store().erase("reg:5000");
        assertThat(Files.readString(directory.resolve("log")))
                .isEqualTo(
                        """
                        get reg:5000
                        store {"ServerURL":"reg:5000","Username":"me","Secret":"a:b"}
                        erase reg:5000
                        erase http://reg:5000
                        erase https://reg:5000
                        """);
        assertThat(Files.readString(directory.resolve("config.json"))).doesNotContain("a:b");
    }

    @Test
    void helperThatKnowsNothingOrFailsIsToldApart() throws IOException {
        helper("credentials not found in native keychain", 1);
        assertThat(store().get("reg:5000").isEmpty()).isTrue();
        helper("locked", 2);
        assertThatThrownBy(() -> store().get("reg:5000"))
                .isInstanceOf(CommandException.class)
                .hasMessage("error getting credentials - err: exit status 2, out: `locked`");
        assertThat(store().find("reg:5000").isEmpty()).isTrue();
        Files.writeString(
                directory.resolve("config.json"), "{\"credHelpers\":{\"reg:5000\":\"absent\"}}");
        assertThatThrownBy(() -> store().store(ME))
                .hasMessage(
                        "error storing credentials - err: exec: \"docker-credential-absent\":"
                                + " executable file not found in $PATH, out: ``");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(ME.toString()).doesNotContain("a:b");
    }

    private CredentialStore store() {
        return new CredentialStore(ConfigFile.read(GlobalOptions.NONE, environment), environment);
    }

    private JsonObject json() throws IOException {
        return Json.parseObject(Files.readAllBytes(directory.resolve("config.json")));
    }

    private void helper(String answer, int status) throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"credsStore\":\"test\"}");
        Path program = directory.resolve("docker-credential-test");
        Files.writeString(
                program,
                """
                #!/bin/sh
                read -r input
                echo "$1 $input" >>%s
                [ $1 = get ] || exit 0
                echo '%s'
                exit %d
                """
                        .formatted(directory.resolve("log"), answer, status));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
}
