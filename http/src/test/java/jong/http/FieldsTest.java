package jong.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldsTest {

    @Test
    void fieldsMayComeSeveralTimes() {
        var fields = Fields.parse("a=1&b=%2F+x&a=2&c");
        assertThat(fields.string("a")).isEqualTo("1");
        assertThat(fields.strings("a")).containsExactly("1", "2");
        assertThat(fields.string("b")).isEqualTo("/ x");
        assertThat(fields.has("c")).isTrue();
        assertThat(fields.string("d", "none")).isEqualTo("none");
    }

    @Test
    void aFieldThatIsNotWellEncodedIsNotThere() {
        for (var text : new String[] {"a=%zz", "%zz=a", "a=%", "a;b=1"}) {
            var fields = Fields.parse(text + "&b=1");
            assertThat(fields.has("a")).as(text).isFalse();
            assertThat(fields.string("a")).isEmpty();
            assertThat(fields.string("b")).isEqualTo("1");
        }
    }
}
