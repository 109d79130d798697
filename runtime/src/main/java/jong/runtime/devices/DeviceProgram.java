package jong.runtime.devices;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * The BPF program that gives a cgroup of version 2 its rights (type {@code CGROUP_DEVICE}). It is
 * called for each open and mknod with {@code struct bpf_cgroup_dev_ctx} in r1, and returns 1 if
 * that is allowed.
 *
 * <p>The instructions are those of the kernel's Documentation/bpf/standardization: 8 bytes of
 * opcode, registers, jump offset and immediate.
 */
public final class DeviceProgram {

    private static final int LOAD_WORD = 0x61;
    private static final int MOVE = 0xb4;
    private static final int MOVE_REGISTER = 0xbc;
    private static final int AND = 0x54;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int JUMP_IF_EQUAL = 0x16;
    private static final int JUMP_IF_NOT_EQUAL = 0x56;
    private static final int JUMP_IF_NOT_EQUAL_REGISTER = 0x5e;
    private static final int EXIT = 0x95;

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    private static final int BYTES = 8;
    private static final int PROLOGUE = 6;
    private static final int LONGEST_RULE = 8;

    private final ByteBuffer code;

    private DeviceProgram(int rules) {
        int longest = PROLOGUE + LONGEST_RULE * rules + 2;
        this.code = ByteBuffer.allocate(longest * BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The program's instructions, as bpf(2) takes them. */
    public static byte[] compile(DeviceAccess access) {
        var program = new DeviceProgram(access.exceptions().size());
        program.load();
        for (Map.Entry<DeviceId, String> exception : access.exceptions().entrySet()) {
            program.rule(exception.getKey(), exception.getValue(), access.everything());
        }
        program.answer(access.everything());
        return java.util.Arrays.copyOf(program.code.array(), program.code.position());
    }

    /** The first word holds the type in its low half and the access in its high half. */
    private void load() {
        add(LOAD_WORD, TYPE, CONTEXT, 0, 0);
        add(AND, TYPE, 0, 0, 0xffff);
        add(LOAD_WORD, ACCESS, CONTEXT, 0, 0);
        add(SHIFT_RIGHT, ACCESS, 0, 0, 16);
        add(LOAD_WORD, MAJOR, CONTEXT, 4, 0);
        add(LOAD_WORD, MINOR, CONTEXT, 8, 0);
    }

    /**
     * An allowing rule must cover all of what is asked; a refusing one is met by any part of it.
     */
    private void rule(DeviceId id, String access, boolean refuses) {
        int start = code.position();
        int end = start + BYTES * length(id, access);
        skipUnless(TYPE, id.type() == 'b' ? 1 : 2, end);
        if (!access.equals("rwm")) {
            add(MOVE_REGISTER, SCRATCH, ACCESS, 0, 0);
            add(AND, SCRATCH, 0, 0, bits(access));
            if (refuses) {
                add(JUMP_IF_EQUAL, SCRATCH, 0, offset(end), 0);
            } else {
                add(JUMP_IF_NOT_EQUAL_REGISTER, SCRATCH, ACCESS, offset(end), 0);
            }
        }
        if (id.major() != DeviceId.ALL) {
            skipUnless(MAJOR, (int) id.major(), end);
        }
        if (id.minor() != DeviceId.ALL) {
            skipUnless(MINOR, (int) id.minor(), end);
        }
        answer(!refuses);
    }

    private static int length(DeviceId id, String access) {
        return 1
                + (access.equals("rwm") ? 0 : 3)
                + (id.major() == DeviceId.ALL ? 0 : 1)
                + (id.minor() == DeviceId.ALL ? 0 : 1)
                + 2;
    }

    private static int bits(String access) {
        return (access.contains("m") ? 1 : 0)
                | (access.contains("r") ? 2 : 0)
                | (access.contains("w") ? 4 : 0);
    }

    private void skipUnless(int register, int value, int end) {
        add(JUMP_IF_NOT_EQUAL, register, 0, offset(end), value);
    }

    /** From the instruction after the one that is written next. */
    private int offset(int end) {
        return (end - code.position()) / BYTES - 1;
    }

    private void answer(boolean allowed) {
        add(MOVE, RESULT, 0, 0, allowed ? 1 : 0);
        add(EXIT, 0, 0, 0, 0);
    }

    private void add(int opcode, int target, int source, int offset, int immediate) {
        code.put((byte) opcode).put((byte) (target | source << 4));
        code.putShort((short) offset).putInt(immediate);
    }
}
