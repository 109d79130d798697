package jong.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jong.linux.Arch;
import jong.linux.seccomp.BpfProgram;
import jong.linux.seccomp.SeccompData;
import jong.linux.seccomp.SyscallTable;
import jong.oci.runtime.SeccompSpec;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Answers are SECCOMP_RET_* of include/uapi/linux/seccomp.h. */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
final class SeccompCompilerTest {

    private static final int ALLOW = 0x7fff_0000;
    private static final int EPERM = 0x0005_0001;
    private static final int ENOSYS = 0x0005_0026;
    private static final int KILL = 0;
    private static final int X32_BIT = 0x4000_0000;

    private static final String PROFILE =
            """
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,
             "architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],
             "syscalls":[
              {"names":["read","write","openat","statx","nosuchcall"],"action":"SCMP_ACT_ALLOW"},
              {"names":["clone"],"action":"SCMP_ACT_ALLOW",
               "args":[{"index":0,"value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]},
              {"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38},
              {"names":["kill"],"action":"SCMP_ACT_KILL_PROCESS"},
              {"names":["ptrace"],"action":"SCMP_ACT_TRACE","errnoRet":7}]}
            """;

    @Test
    void namedCallsGetTheirActionAndOthersTheDefault() {
        BpfProgram filter = compile(PROFILE);
        assertThat(answer(filter, Arch.X86_64, "read")).isEqualTo(ALLOW);
        assertThat(answer(filter, Arch.X86_64, "statx")).isEqualTo(ALLOW);
        assertThat(answer(filter, Arch.X86_64, "mount")).isEqualTo(EPERM);
        assertThat(answer(filter, Arch.X86_64, "clone3")).isEqualTo(ENOSYS);
        assertThat(answer(filter, Arch.X86_64, "kill")).isEqualTo(0x8000_0000);
        assertThat(answer(filter, Arch.X86_64, "ptrace")).isEqualTo(0x7ff0_0007);
    }

    @Test
    void eachArchitectureHasItsOwnNumbers() {
        BpfProgram filter = compile(PROFILE);
        for (String name : List.of("read", "write", "openat", "mount", "clone3")) {
            assertThat(answer(filter, Arch.I386, name))
                    .as(name)
                    .isEqualTo(answer(filter, Arch.X86_64, name));
        }
        assertThat(answer(filter, Arch.AARCH64, "read")).isEqualTo(KILL);
    }

    @Test
    void x32CallsKillUnlessTheProfileNamesX32() {
        assertThat(answer(compile(PROFILE), Arch.X32, "read")).isEqualTo(KILL);
        BpfProgram with = compile(PROFILE.replace("\"SCMP_ARCH_X86\"", "\"SCMP_ARCH_X32\""));
        assertThat(answer(with, Arch.X32, "read")).isEqualTo(ALLOW);
        assertThat(answer(with, Arch.X32, "mount")).isEqualTo(EPERM);
        assertThat(answer(with, Arch.I386, "read")).isEqualTo(KILL);
    }

    @Test
    void callsNewerThanTheProfileDoNotExist() {
        BpfProgram filter = compile(PROFILE);
        int newest = SyscallTable.forArch(Arch.X86_64).number("clone3").orElseThrow();
        assertThat(run(filter, Arch.X86_64, newest + 1)).isEqualTo(ENOSYS);
        assertThat(run(filter, Arch.X86_64, X32_BIT - 1)).isEqualTo(ENOSYS);
        assertThat(run(filter, Arch.X86_64, newest - 1)).isEqualTo(EPERM);
        String logging =
                PROFILE.replace("SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1", "SCMP_ACT_LOG\"");
        assertThat(run(compile(logging), Arch.X86_64, newest + 1)).isEqualTo(0x7ffc_0000);
    }

    @Test
    void aCallThatATracerSkippedIsNoX32Call() {
        assertThat(run(compile(PROFILE), Arch.X86_64, -1)).isEqualTo(ENOSYS);
    }

    @Test
    void masksAreComparedBitByBit() {
        BpfProgram filter = compile(PROFILE);
        assertThat(answer(filter, Arch.X86_64, "clone", 0x11)).isEqualTo(ALLOW);
        assertThat(answer(filter, Arch.X86_64, "clone", 0x1000_0011)).isEqualTo(EPERM);
    }

    @Test
    void argumentsAreComparedAsUnsigned64BitNumbers() {
        var random = new Random(42);
        List<Long> values = new ArrayList<>(List.of(0L, 1L, -1L, 1L << 32, Long.MIN_VALUE, 7L));
        for (int i = 0; i < 20; i++) {
            values.add(random.nextLong());
        }
        for (String operator : List.of("NE", "LT", "LE", "EQ", "GE", "GT")) {
            for (long wanted : values) {
                BpfProgram filter = compile(comparison(operator, wanted));
                for (long given : values) {
                    assertThat(answer(filter, Arch.X86_64, "read", 0, given) == ALLOW)
                            .as("%x %s %x", given, operator, wanted)
                            .isEqualTo(holds(operator, Long.compareUnsigned(given, wanted)));
                }
            }
        }
    }

    private static String comparison(String operator, long value) {
        return new JsonObject()
                .with("defaultAction", "SCMP_ACT_ERRNO")
                .with(
                        "syscalls",
                        List.of(
                                new JsonObject()
                                        .with("names", List.of("read"))
                                        .with("action", "SCMP_ACT_ALLOW")
                                        .with(
                                                "args",
                                                List.of(
                                                        new JsonObject()
                                                                .with("index", 1L)
                                                                .with("value", value)
                                                                .with(
                                                                        "op",
                                                                        "SCMP_CMP_" + operator)))))
                .toString();
    }

    private static boolean holds(String operator, int compared) {
        return switch (operator) {
            case "NE" -> compared != 0;
            case "LT" -> compared < 0;
            case "LE" -> compared <= 0;
            case "EQ" -> compared == 0;
            case "GE" -> compared >= 0;
            default -> compared > 0;
        };
    }

    @Test
    void allConditionsOfARuleMustHoldUnlessTwoAreOnOneArgument() {
        String rule =
                """
                {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],
                 "action":"SCMP_ACT_ALLOW","args":[{"index":%d,"value":1,"op":"SCMP_CMP_EQ"},
                 {"index":1,"value":2,"op":"SCMP_CMP_EQ"}]}]}
                """;
        BpfProgram both = compile(rule.formatted(0));
        assertThat(answer(both, Arch.X86_64, "read", 1, 2)).isEqualTo(ALLOW);
        assertThat(answer(both, Arch.X86_64, "read", 1, 3)).isEqualTo(EPERM);
        assertThat(answer(both, Arch.X86_64, "read", 0, 2)).isEqualTo(EPERM);
        BpfProgram either = compile(rule.formatted(1));
        assertThat(answer(either, Arch.X86_64, "read", 0, 1)).isEqualTo(ALLOW);
        assertThat(answer(either, Arch.X86_64, "read", 0, 2)).isEqualTo(ALLOW);
        assertThat(answer(either, Arch.X86_64, "read", 0, 3)).isEqualTo(EPERM);
    }

    @Test
    void wordsThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> compile("{\"defaultAction\":\"SCMP_ACT_FOO\"}"))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("string SCMP_ACT_FOO is not a valid action for seccomp");
        assertThatThrownBy(() -> compile("{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}"))
                .hasMessage("SCMP_ACT_NOTIFY cannot be used as default action");
        assertThatThrownBy(() ->
                        compile(
                                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":"
                                        + "[\"read\",\"write\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}"))
                .hasMessage("SCMP_ACT_NOTIFY cannot be used for the write syscall");
        assertThatThrownBy(() ->
                        compile(
                                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":"
                                        + "[\"SCMP_ARCH_FOO\"]}"))
                .hasMessage("string SCMP_ARCH_FOO is not a valid arch for seccomp");
    }

    @Test
    void anUnconditionalRuleReplacesConditionalOnesWhereverItStands() {
        String conditional =
                "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":5,"
                        + "\"args\":[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}";
        String always = "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":13}";
        String asDefault = "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}";
        String profile = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[%s,%s]}";
        for (String first : List.of(conditional, always, asDefault)) {
            String second = first.equals(always) ? conditional : always;
            BpfProgram filter = compile(profile.formatted(first, second));
            assertThat(answer(filter, Arch.X86_64, "read", 1)).isEqualTo(0x0005_000d);
        }
    }

    @Test
    void flagsReachTheKernelWhereItKnowsThem() {
        assertThat(flags("")).isEqualTo(4);
        assertThat(flags(",\"flags\":[]")).isZero();
        assertThat(flags(",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_TSYNC\"]"))
                .isEqualTo(2);
        String killable = ",\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]";
        assertThat(flags(killable)).isZero();
        assertThat(
                        flags(
                                killable
                                        + ",\"syscalls\":[{\"names\":[\"mkdir\"],"
                                        + "\"action\":\"SCMP_ACT_NOTIFY\"}]"))
                .isEqualTo(1 << 5 | 1 << 3);
        assertThatThrownBy(() -> flags(",\"flags\":[\"FOO\"]"))
                .hasMessage("seccomp flag FOO is not known to Jong");
    }

    private static int flags(String more) {
        var spec =
                new SeccompSpec(
                        Json.parseObject("{\"defaultAction\":\"SCMP_ACT_ALLOW\"" + more + "}"));
        return new SeccompCompiler().compile(spec).flags();
    }

    @Test
    void anEmptyProfileIsItsDefault() {
        BpfProgram filter = compile("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        assertThat(answer(filter, Arch.X86_64, "mount")).isEqualTo(ALLOW);
        assertThat(run(filter, Arch.X86_64, X32_BIT)).isEqualTo(KILL);
    }

    private static BpfProgram compile(String profile) {
        var spec = new SeccompSpec(Json.parseObject(profile));
        return BpfProgram.fromBytes(new SeccompCompiler().compile(spec).filter());
    }

    private static int answer(BpfProgram filter, Arch arch, String name, long... arguments) {
        return run(filter, arch, SyscallTable.forArch(arch).number(name).orElseThrow(), arguments);
    }

    private static int run(BpfProgram filter, Arch arch, int number, long... arguments) {
        List<Long> list = java.util.Arrays.stream(arguments).boxed().toList();
        return filter.run(new SeccompData(number, arch.auditNumber(), 0, list));
    }
}
