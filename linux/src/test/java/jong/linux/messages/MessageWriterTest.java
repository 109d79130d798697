package jong.linux.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MessageWriterTest {
    private static final int HEADERS = 4 + 4; // Of the outer attribute and of the inner one.

    private final MessageWriter writer = new MessageWriter();

    @Test
    void aNestedAttributeMayFillItsLength() {
        writer.begin(1, 0, 0);
        writer.nested(3, () -> writer.attribute(1, new byte[65532 - HEADERS]));
        assertThat(writer.toBytes()).hasSize(16 + 65532);
    }

    @Test
    void aNestedAttributeBeyondItsLengthIsRefused() {
        writer.begin(1, 0, 0);
        assertThatThrownBy(() ->
                        writer.nested(3, () -> writer.attribute(1, new byte[65536 - HEADERS])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attribute 3 of 65536 bytes; 65535 are the most");
    }

    @Test
    void anAttributeBeyondItsLengthIsRefused() {
        writer.begin(1, 0, 0);
        assertThatThrownBy(() -> writer.attribute(2, new byte[65532]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attribute 2 of 65536 bytes; 65535 are the most");
    }
}
