package jong.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class OpCodeTest {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (\\d+) \\| `(\\w+)` \\| ([A-Z or]+) \\| (.*?) \\|");
    private static final Pattern FIELD = Pattern.compile("^(u32s?|i32|u64|i64|strs?|bytes)\\b");

    @Test
    void operationsAreThoseOfTheDocumentedTable() throws IOException {
        String document = Files.readString(Path.of("../docs/plan-format.md"));
        var documented = new TreeMap<Integer, String>();
        for (MatchResult row : ROW.matcher(document).results().toList()) {
            documented.put(Integer.valueOf(row.group(1)), describe(row));
        }
        var implemented = new TreeMap<Integer, String>();
        for (OpCode code : OpCode.values()) {
            implemented.put(
                    code.code(), code.name() + " " + code.stage() + " " + words(code.fields()));
        }
        assertThat(implemented).isEqualTo(documented);
    }

    private static String describe(MatchResult row) {
        String fields =
                Arrays.stream(row.group(4).split(" · "))
                        .map(FIELD::matcher)
                        .filter(java.util.regex.Matcher::find)
                        .map(m -> m.group(1))
                        .collect(Collectors.joining(" "));
        return row.group(2) + " " + row.group(3).replaceFirst(" .*", "") + " " + fields;
    }

    private static String words(List<FieldType> fields) {
        return fields.stream()
                .map(f -> f.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }
}
