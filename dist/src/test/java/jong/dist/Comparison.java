package jong.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of commands and of what they say: rows that begin with {@code $ COMMAND}, followed by
 * {@code >} lines of standard output, {@code !} lines of standard error, and {@code = STATUS}
 * unless that is 0. What dockerd lets the docker CLI say comes first; where Jong differs knowingly,
 * {@code ~ REASON} and what it says instead follow.
 */
final class Comparison {

    /** A command and what it says, in lines as they are in the file. */
    static final class Row {

        private final List<String> before;
        private final String command;
        private List<String> dockers = new ArrayList<>();
        private String reason = "";
        private List<String> jongs = new ArrayList<>();

        private Row(List<String> before, String command) {
            this.before = List.copyOf(before);
            this.command = command;
        }

        String command() {
            return command;
        }

        List<String> expected(boolean ofJong) {
            return ofJong && !reason.isEmpty() ? jongs : dockers;
        }

        /** Notes what it says; Jong only says what it knowingly says otherwise. */
        void update(boolean ofJong, List<String> lines) {
            if (!ofJong) {
                dockers = lines;
            } else if (!reason.isEmpty()) {
                jongs = lines;
            }
        }

        private List<String> lines() {
            List<String> lines = new ArrayList<>(before);
            lines.add("$ " + command);
            lines.addAll(dockers);
            if (!reason.isEmpty()) {
                lines.add("~ " + reason);
                lines.addAll(jongs);
            }
            return lines;
        }
    }

    private final Path file;
    private final List<Row> rows = new ArrayList<>();

    private Comparison(Path file) {
        this.file = file;
    }

    static Comparison read(Path file) {
        var comparison = new Comparison(file);
        try {
            comparison.parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return comparison;
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Writes the file again. */
    void write() {
        try {
            Files.write(file, rows.stream().flatMap(row -> row.lines().stream()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parse(List<String> lines) {
        List<String> before = new ArrayList<>();
        List<String> said = before;
        for (String line : lines) {
            if (line.startsWith("$ ")) {
                var row = new Row(before, line.substring(2));
                rows.add(row);
                before.clear();
                said = row.dockers;
            } else if (line.startsWith("~ ")) {
                rows.getLast().reason = line.substring(2);
                said = rows.getLast().jongs;
            } else if (line.matches("[>!=].*") && !line.startsWith("==")) {
                said.add(line);
            } else {
                before.add(line);
            }
        }
    }
}
