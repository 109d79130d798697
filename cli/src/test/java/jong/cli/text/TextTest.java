package jong.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Columns, sizes and durations as docker prints them. */
final class TextTest {

    @Test
    void columnsAreAsWideAsDockers() {
        var table = new TabWriter();
        table.line("CONTAINER ID\tIMAGE\tNAMES");
        table.line("4d5f37f7ee85\tbusybox\tcli");
        assertThat(table)
                .hasToString(
                        """
                        CONTAINER ID   IMAGE     NAMES
                        4d5f37f7ee85   busybox   cli
                        """);
    }

    @Test
    void aColumnReachesOnlyOverNeighbouringLines() {
        var table = new TabWriter();
        table.line("a very long cell\tx");
        table.line("no column");
        table.line("b\ty");
        assertThat(table).hasToString("a very long cell   x\nno column\nb         y\n");
    }

    @Test
    void sizesHaveThreeDigits() {
        checkSize(0, "0B");
        checkSize(999, "999B");
        checkSize(1000, "1kB");
        checkSize(1984313, "1.98MB");
        checkSize(123_456_789, "123MB");
        checkSize(5_000_000_000L, "5GB");
        assertThat(Units.binarySize(64 << 20)).isEqualTo("64MiB");
        assertThat(Units.binarySize(2_088_000_000L)).isEqualTo("1.945GiB");
    }

    @Test
    void durationsHaveDockersWords() {
        checkDuration(0, "Less than a second");
        checkDuration(1, "1 second");
        checkDuration(59, "59 seconds");
        checkDuration(60, "About a minute");
        checkDuration(3599, "59 minutes");
        checkDuration(3600, "About an hour");
        checkDuration(47 * 3600, "47 hours");
        checkDuration(48 * 3600, "2 days");
        checkDuration(15L * 86400, "2 weeks");
        checkDuration(300L * 86400, "10 months");
        checkDuration(800L * 86400, "2 years");
    }

    @Test
    void longTextsEndInAnEllipsis() {
        assertThat(Units.ellipsis("12345", 5)).isEqualTo("12345");
        assertThat(Units.ellipsis("123456", 5)).isEqualTo("1234…");
        assertThat(Units.shortId("sha256:0123456789abcdef")).isEqualTo("0123456789ab");
    }

    private static void checkSize(long bytes, String expected) {
        assertThat(Units.size(bytes)).isEqualTo(expected);
    }

    private static void checkDuration(long seconds, String expected) {
        assertThat(Units.duration(seconds)).isEqualTo(expected);
    }

    @Test
    void commandsAreQuotedAsGoQuotesStrings() {
        assertThat(Quote.quote("sh -c 'echo \"é\"'")).isEqualTo("\"sh -c 'echo \\\"é\\\"'\"");
        assertThat(Quote.quote("a\\\n\t\u001b\u007f\u0085<&>…"))
                .isEqualTo("\"a\\\\\\n\\t\\x1b\\x7f\\u0085<&>…\"");
    }
}
