package jong.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import jong.linux.seccomp.BpfAssembler;
import jong.linux.seccomp.BpfInstruction;

/**
 * Finds a system call's decision by halving: about seven comparisons where a list of rules needs
 * hundreds. Neighbouring numbers with one decision are one range.
 */
final class SyscallTree {

    /** The decision of all numbers from {@code first} to the next range. */
    private record Range(int first, Decision decision) {}

    private final List<Range> ranges = new ArrayList<>();

    /**
     * @param first the smallest number that comes here, unsigned
     * @param decisions by number; those numbers that are missing have {@code fallback}
     * @param afterLast the decision of numbers beyond the largest one
     */
    SyscallTree(
            int first,
            NavigableMap<Integer, Decision> decisions,
            Decision fallback,
            Decision afterLast) {
        append(first, fallback);
        for (Map.Entry<Integer, Decision> entry : decisions.entrySet()) {
            append(entry.getKey(), entry.getValue());
            boolean last = entry.getKey().equals(decisions.lastKey());
            append(entry.getKey() + 1, last ? afterLast : fallback);
        }
    }

    private void append(int first, Decision decision) {
        if (!ranges.isEmpty() && ranges.getLast().first == first) {
            ranges.removeLast();
        }
        if (ranges.isEmpty() || !ranges.getLast().decision.equals(decision)) {
            ranges.add(new Range(first, decision));
        }
    }

    /** Writes instructions for the number in the accumulator; each way ends in a return. */
    void write(BpfAssembler out) {
        write(out, ranges);
    }

    private static void write(BpfAssembler out, List<Range> ranges) {
        if (ranges.size() == 1) {
            ranges.getFirst().decision.write(out);
            return;
        }
        int middle = ranges.size() / 2;
        BpfAssembler.Label upper = out.label();
        out.jumpIf(BpfInstruction.JUMP_GREATER_OR_EQUAL, ranges.get(middle).first, upper);
        write(out, ranges.subList(0, middle));
        out.place(upper);
        write(out, ranges.subList(middle, ranges.size()));
    }
}
