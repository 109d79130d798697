package jong.engine.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jong.wire.json.Json;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeRequestTest {

    @Test
    void withoutANameOneIsMadeUp() {
        var request = VolumeRequest.of("", "", null, null);
        assertThat(request.anonymous()).isTrue();
        assertThat(request.name()).matches("[0-9a-f]{64}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_a", "-a", ".a", "a b", "a/b", "/a", "a:b", "é", "a\n"})
    void badNamesAreRefused(String name) {
        assertThatThrownBy(() -> VolumeRequest.of(name, "", null, null).checkName())
                .isInstanceOf(InvalidArgument.class)
                .hasMessage(
                        "create %s: \"%s\" includes invalid characters for a local volume name, only"
                                + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to"
                                + " pass a host directory, use absolute path",
                        name, name);
    }

    @Test
    void nameOfOneLetterIsTooShort() {
        assertThatThrownBy(() -> VolumeRequest.of("a", "", null, null).checkName())
                .hasMessage(
                        "create a: volume name is too short, names should be at least two"
                                + " alphanumeric characters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'foo':'bar'} | invalid option: \"foo\"",
                "{'type':'tmpfs'} | missing required option: \"device\"",
                "{'device':'tmpfs'} | missing required option: \"type\"",
                "{'o':'size=1m'} | missing required option: \"device\"",
                "{'size':'x'} | invalid size: 'x'",
                "{'type':'cifs','device':'//h:445/s'}"
                        + " | port not allowed in CIFS device URL, include 'port' in 'o='",
            })
    void wrongOptionsAreRefused(String options, String reason) {
        assertThatThrownBy(() -> request(options).checkOptions())
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("create v1: " + reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'size':'0'}",
                "{'type':'tmpfs','device':''}",
                "{'type':'nfs','device':':/x','o':'addr=host'}",
                "{'type':'cifs','device':'//h/s'}",
            })
    void otherOptionsAreTaken(String options) {
        request(options).checkOptions();
    }

    private static VolumeRequest request(String options) {
        return VolumeRequest.of("v1", "local", Json.parseObject(options.replace('\'', '"')), null);
    }
}
