package jong.linux.seccomp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import jong.linux.Arch;

/**
 * The names and numbers of an architecture's system calls, up to Linux 6.18.
 *
 * <p>Numbers are those seen in {@code seccomp_data.nr}: those of {@link Arch#X32} have bit 30 set.
 */
public final class SyscallTable {
    private static final int X32_BIT = 0x40000000;
    private static final List<Arch> COLUMNS =
            List.of(Arch.X86_64, Arch.I386, Arch.X32, Arch.AARCH64);
    private static final List<SyscallTable> TABLES = load();

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    private SyscallTable() {}

    /** The table of an architecture. */
    public static SyscallTable forArch(Arch arch) {
        return TABLES.get(COLUMNS.indexOf(arch));
    }

    /** The number of a call; empty when the architecture has none of that name. */
    public OptionalInt number(String name) {
        var number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The name of a number; empty when it is free. */
    public Optional<String> name(int number) {
        return Optional.ofNullable(names.get(number));
    }

    /** All names. */
    public Set<String> names() {
        return Set.copyOf(numbers.keySet());
    }

    private static List<SyscallTable> load() {
        var tables = Stream.generate(SyscallTable::new).limit(COLUMNS.size()).toList();
        for (var line : resource().split("\n")) {
            if (!line.startsWith("#")) {
                addLine(tables, line.split(" "));
            }
        }
        return tables;
    }

    private static void addLine(List<SyscallTable> tables, String[] fields) {
        for (int column = 0; column < COLUMNS.size(); column++) {
            var field = fields[column + 1];
            if (!field.equals("-")) {
                int bit = COLUMNS.get(column) == Arch.X32 ? X32_BIT : 0;
                tables.get(column).add(fields[0], Integer.parseInt(field) | bit);
            }
        }
    }

    private void add(String name, int number) {
        numbers.put(name, number);
        names.put(number, name);
    }

    private static String resource() {
        try (var in = SyscallTable.class.getResourceAsStream("syscalls.txt")) {
            if (in == null) {
                throw new IllegalStateException("syscalls.txt is missing from the module");
            }
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
