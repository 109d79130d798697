package jong.runtime.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/attacks.md against the tests that it names. */
final class AttackListTest {

    private static final List<Path> PLACES =
            List.of(
                    Path.of("src/test/java/jong/runtime/attacks"),
                    Path.of("../manager/src/test/java/jong/manager/attacks"));
    private static final Pattern NAMED = Pattern.compile("`(\\w+AttackTest)\\.(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("@Test\\s+void (\\w+)\\(");

    @Test
    void theTestsThatTheDocumentNamesExist() throws IOException {
        var named = new TreeSet<String>();
        String document = Files.readString(Path.of("../docs/attacks.md"));
        for (MatchResult match : NAMED.matcher(document).results().toList()) {
            named.add(match.group(1) + "." + match.group(2));
        }
        var existing = new TreeSet<String>();
        for (Path place : PLACES) {
            existing.addAll(tests(place));
        }
        assertThat(named).isNotEmpty();
        assertThat(existing).containsAll(named);
    }

    private static Set<String> tests(Path place) throws IOException {
        var tests = new TreeSet<String>();
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.filter(f -> f.toString().endsWith("AttackTest.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                for (MatchResult match :
                        METHOD.matcher(Files.readString(file)).results().toList()) {
                    tests.add(name + "." + match.group(1));
                }
            }
        }
        return tests;
    }
}
