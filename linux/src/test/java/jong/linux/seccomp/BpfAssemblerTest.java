package jong.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpfAssemblerTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int DENY = 0x00050001;

    private final BpfAssembler assembler = new BpfAssembler();

    @Test
    void labelsBecomeSkips() {
        var deny = assembler.label();
        assembler.load(SeccompData.NUMBER);
        assembler.jumpUnless(BpfInstruction.JUMP_EQUAL, 39, deny);
        assembler.giveBack(ALLOW);
        assembler.place(deny);
        assembler.giveBack(DENY);
        assertThat(assembler.assemble())
                .hasToString("ld [0]\njeq 0x27 0 1\nret 0x7fff0000\nret 0x50001");
    }

    @Test
    void bytesAreStructSockFilter() {
        assembler.load(4);
        assembler.giveBack(ALLOW);
        var program = assembler.assemble();
        assertThat(program.toBytes())
                .containsExactly(0x20, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 0, 0, -1, 0x7f);
        assertThat(BpfProgram.fromBytes(program.toBytes())).isEqualTo(program);
    }

    @Test
    void targetsOutOfReachGetALongJump() {
        var allow = assembler.label();
        assembler.load(SeccompData.NUMBER);
        for (int number = 0; number < 600; number += 2) {
            assembler.jumpIf(BpfInstruction.JUMP_EQUAL, number, allow);
        }
        assembler.giveBack(DENY);
        assembler.place(allow);
        assembler.giveBack(ALLOW);
        var program = assembler.assemble();
        for (int number = 0; number < 600; number++) {
            assertThat(program.run(data(number, 0))).isEqualTo(number % 2 == 0 ? ALLOW : DENY);
        }
    }

    @Test
    void comparisonsAreUnsignedAndOfHalfAnArgument() {
        var allow = assembler.label();
        assembler.load(SeccompData.argumentHigh(1));
        assembler.jumpIf(BpfInstruction.JUMP_GREATER, 0x7fffffff, allow);
        assembler.load(SeccompData.argumentLow(1));
        assembler.and(0xff);
        assembler.jumpIf(BpfInstruction.JUMP_GREATER_OR_EQUAL, 0x80, allow);
        assembler.jumpIf(BpfInstruction.JUMP_ANY_BIT, 0x03, allow);
        assembler.giveBack(DENY);
        assembler.place(allow);
        assembler.giveBack(ALLOW);
        var program = assembler.assemble();
        assertThat(program.run(data(0, -1L))).isEqualTo(ALLOW);
        assertThat(program.run(data(0, 0xff80L))).isEqualTo(ALLOW);
        assertThat(program.run(data(0, 0xff02L))).isEqualTo(ALLOW);
        assertThat(program.run(data(0, 0xff7cL))).isEqualTo(DENY);
    }

    @Test
    void aLabelMustBePlacedAhead() {
        var behind = assembler.label();
        assembler.place(behind);
        assembler.load(0);
        assembler.jump(behind);
        assertThatThrownBy(assembler::assemble).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nearAndFarJumpsMixedAtRandomDecideAsTheSameChecksInJava() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int checks = 900;
        var denied = new boolean[checks];
        var deny = assembler.label();
        assembler.load(SeccompData.NUMBER);
        for (int number = 0; number < checks; number++) {
            denied[number] = random.nextBoolean();
            if (denied[number]) {
                assembler.jumpIf(BpfInstruction.JUMP_EQUAL, number, deny);
            } else {
                var next = assembler.label();
                assembler.jumpUnless(BpfInstruction.JUMP_EQUAL, number, next);
                assembler.giveBack(ALLOW);
                assembler.place(next);
            }
        }
        assembler.place(deny);
        assembler.giveBack(DENY);
        var program = assembler.assemble();
        for (int number = 0; number < checks; number++) {
            assertThat(program.run(data(number, 0)))
                    .as("seed %d, number %d", seed, number)
                    .isEqualTo(denied[number] ? DENY : ALLOW);
        }
    }

    private static SeccompData data(int number, long second) {
        return new SeccompData(number, 0xC000003E, 0, List.of(0L, second));
    }
}
