package jong.dist.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file written by people.
 *
 * @param name its path from the top of the repository, with slashes
 */
record SourceFile(String name, String text) {

    private static final Pattern COMMENT_OR_LITERAL =
            Pattern.compile(
                    "//[^\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\""
                            + "|'(?:[^'\\\\\n]|\\\\.)+'",
                    Pattern.DOTALL);

    /** Places where a word begins inside an identifier: {@code readErrnoOf} has three. */
    private static final Pattern WORD_BOUNDARY =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+");

    /** All files below the given directories whose name ends as said. */
    static List<SourceFile> below(Path top, List<String> directories, String... endings) {
        return directories.stream()
                .map(top::resolve)
                .filter(Files::isDirectory)
                .flatMap(SourceFile::walk)
                .filter(path -> Stream.of(endings).anyMatch(path.toString()::endsWith))
                .sorted()
                .map(path -> read(top, path))
                .toList();
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** The words of all identifiers, in lower case; comments and literals do not count. */
    Set<String> words() {
        var code = COMMENT_OR_LITERAL.matcher(text).replaceAll(" ");
        var words = new TreeSet<String>();
        for (var word : WORD_BOUNDARY.split(code)) {
            words.add(word.toLowerCase(Locale.ROOT));
        }
        return words;
    }

    private static Stream<Path> walk(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile read(Path top, Path path) {
        try {
            return new SourceFile(top.relativize(path).toString(), Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }
}
