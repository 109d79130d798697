package jong.linux.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * What a filter sees of a system call: {@code struct seccomp_data}.
 *
 * @param number the call's number
 * @param auditArch AUDIT_ARCH_* of the caller
 * @param instructionPointer where it was made
 * @param arguments six of them
 */
public record SeccompData(
        int number, int auditArch, long instructionPointer, List<Long> arguments) {
    /** Offset of the call's number. */
    public static final int NUMBER = 0;

    /** Offset of the architecture. */
    public static final int ARCH = 4;

    private static final int POINTER = 8;
    private static final int ARGUMENTS = 16;

    /** Copies the list and fills it up to six. */
    public SeccompData {
        var six = new ArrayList<>(arguments);
        while (six.size() < 6) {
            six.add(0L);
        }
        arguments = List.copyOf(six);
    }

    /** Offset of the lower 32 bits of an argument, 0 to 5, on a little-endian machine. */
    public static int argumentLow(int index) {
        return ARGUMENTS + 8 * index;
    }

    /** Offset of the upper 32 bits of an argument, 0 to 5, on a little-endian machine. */
    public static int argumentHigh(int index) {
        return ARGUMENTS + 8 * index + 4;
    }

    int word(int offset) {
        return switch (offset) {
            case NUMBER -> number;
            case ARCH -> auditArch;
            default -> {
                long value =
                        offset < ARGUMENTS
                                ? instructionPointer
                                : arguments.get((offset - ARGUMENTS) / 8);
                yield (int) ((offset - POINTER) % 8 == 0 ? value : value >>> 32);
            }
        };
    }
}
