package jong.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthTest {
    @ParameterizedTest
    @CsvSource({
        "10mbit, 10000000",
        "1gbit, 1000000000",
        "500kbit, 500000",
        "1.5Gbit, 1500000000",
        "8000bit, 8000",
        "10tbit, 10000000000000"
    })
    void ratesAreReadAsTcWritesThem(String text, long bits) {
        assertThat(Bandwidth.of(Map.of(Bandwidth.INGRESS, text))).isEqualTo(new Bandwidth(bits, 0));
        assertThat(Bandwidth.of(Map.of(Bandwidth.EGRESS, text))).isEqualTo(new Bandwidth(0, bits));
    }

    @Test
    void otherOptionsAreOverlooked() {
        assertThat(Bandwidth.of(Map.of("other", "x"))).isEqualTo(Bandwidth.UNLIMITED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10", "10mb", "mbit", "-1mbit", "1,5mbit", "7999bit", "0bit", "11tbit", "1e3kbit"
            })
    void otherWordsAreRefusedWithWhatIsWanted(String text) {
        assertThatThrownBy(() -> Bandwidth.of(Map.of(Bandwidth.EGRESS, text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "invalid jong.bandwidth.egress \""
                                + text
                                + "\": wanted is a rate of 8kbit to 10tbit, such as 10mbit or 1.5gbit");
    }
}
