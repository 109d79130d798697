package jong.runtime.seccomp;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import jong.linux.Arch;
import jong.linux.Errno;
import jong.linux.seccomp.BpfAssembler;
import jong.linux.seccomp.BpfInstruction;
import jong.linux.seccomp.SeccompData;
import jong.linux.seccomp.SyscallTable;
import jong.oci.runtime.SeccompSpec;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * One profile's way into a filter. The rules are libseccomp's, as runc uses it: calls of an
 * architecture that the profile does not name kill; numbers beyond the newest call that the profile
 * knows give ENOSYS, so that programs fall back to older calls, unless the default lets them run.
 */
final class ProfileCompilation {

    private static final int X32_BIT = 0x4000_0000;
    private static final Decision KILL = Decision.always(SeccompAction.KILL_THREAD);
    private static final int WAIT_KILLABLE_RECV = 1 << 5;
    static final Map<String, Integer> FLAGS =
            Map.of(
                    // The process has one thread when the filter is loaded: nothing to synchronise.
                    "SECCOMP_FILTER_FLAG_TSYNC",
                    0,
                    "SECCOMP_FILTER_FLAG_LOG",
                    1 << 1,
                    "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                    1 << 2,
                    "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
                    WAIT_KILLABLE_RECV);
    private static final int SPEC_ALLOW = 1 << 2;

    static final Map<String, Arch> ARCHITECTURES =
            Map.of(
                    "SCMP_ARCH_X86_64", Arch.X86_64,
                    "SCMP_ARCH_X86", Arch.I386,
                    "SCMP_ARCH_X32", Arch.X32,
                    "SCMP_ARCH_AARCH64", Arch.AARCH64);

    /** Architectures whose programs none of our machines can run: nothing to filter. */
    private static final Set<String> FOREIGN =
            Set.of(
                    "SCMP_ARCH_ARM",
                    "SCMP_ARCH_MIPS",
                    "SCMP_ARCH_MIPS64",
                    "SCMP_ARCH_MIPS64N32",
                    "SCMP_ARCH_MIPSEL",
                    "SCMP_ARCH_MIPSEL64",
                    "SCMP_ARCH_MIPSEL64N32",
                    "SCMP_ARCH_PPC",
                    "SCMP_ARCH_PPC64",
                    "SCMP_ARCH_PPC64LE",
                    "SCMP_ARCH_S390",
                    "SCMP_ARCH_S390X",
                    "SCMP_ARCH_PARISC",
                    "SCMP_ARCH_PARISC64",
                    "SCMP_ARCH_RISCV64",
                    "SCMP_ARCH_LOONGARCH64",
                    "SCMP_ARCH_M68K",
                    "SCMP_ARCH_SH",
                    "SCMP_ARCH_SHEB");

    private final SeccompSpec profile;
    private final int fallback;
    private final Set<Arch> architectures;
    private final BpfAssembler out = new BpfAssembler();

    ProfileCompilation(SeccompSpec profile) {
        this.profile = profile;
        this.fallback = SeccompAction.answer(profile.defaultAction(), profile.defaultErrnoRet());
        this.architectures = architectures(profile);
    }

    private static Set<Arch> architectures(SeccompSpec profile) {
        Set<Arch> result = EnumSet.of(Arch.host());
        for (String word : profile.architectures()) {
            Arch arch = ARCHITECTURES.get(word);
            if (arch != null) {
                result.add(arch);
            } else if (!FOREIGN.contains(word)) {
                throw new InvalidArgument("string " + word + " is not a valid arch for seccomp");
            }
        }
        return result;
    }

    SeccompProgram compile() {
        refuseNotificationsBeforeTheListener();
        writeFilter();
        return new SeccompProgram(flags(), out.assemble().toBytes());
    }

    private int flags() {
        int flags = SPEC_ALLOW;
        if (!profile.flags().isEmpty() || profile.json().has("flags")) {
            flags =
                    profile.flags().stream()
                            .mapToInt(ProfileCompilation::flag)
                            .reduce(0, (a, b) -> a | b);
        }
        // The kernel knows that flag only together with a listener.
        return notifies() ? flags | SeccompProgram.NEW_LISTENER : flags & ~WAIT_KILLABLE_RECV;
    }

    private static int flag(String word) {
        Integer flag = FLAGS.get(word);
        if (flag == null) {
            throw new InvalidArgument("seccomp flag " + word + " is not known to Jong");
        }
        return flag;
    }

    private boolean notifies() {
        return profile.syscalls().stream()
                .anyMatch(rule -> rule.action().equals(SeccompAction.NOTIFY_WORD));
    }

    /**
     * The process offers the listener with a write: while nobody has it, nobody could answer for
     * that call.
     */
    private void refuseNotificationsBeforeTheListener() {
        if (fallback == SeccompAction.NOTIFY) {
            throw new InvalidArgument("SCMP_ACT_NOTIFY cannot be used as default action");
        }
        for (SeccompSpec.SyscallRule rule : profile.syscalls()) {
            if (rule.action().equals(SeccompAction.NOTIFY_WORD) && rule.names().contains("write")) {
                throw new InvalidArgument("SCMP_ACT_NOTIFY cannot be used for the write syscall");
            }
        }
    }

    private void writeFilter() {
        out.load(SeccompData.ARCH);
        for (Arch arch : architectures) {
            if (arch == Arch.X32) {
                continue;
            }
            BpfAssembler.Label next = out.label();
            out.jumpUnless(BpfInstruction.JUMP_EQUAL, arch.auditNumber(), next);
            out.load(SeccompData.NUMBER);
            if (arch == Arch.X86_64) {
                writeX32();
            }
            tree(arch).write(out);
            out.place(next);
        }
        KILL.write(out);
    }

    /** A number with the x32 bit is another call, though the architecture is the same. */
    private void writeX32() {
        BpfAssembler.Label plain = out.label();
        out.jumpUnless(BpfInstruction.JUMP_GREATER_OR_EQUAL, X32_BIT, plain);
        // A tracer that skips a call makes its number −1, which is no x32 call.
        out.jumpIf(BpfInstruction.JUMP_EQUAL, -1, plain);
        if (architectures.contains(Arch.X32)) {
            tree(Arch.X32).write(out);
        } else {
            KILL.write(out);
        }
        out.place(plain);
    }

    private SyscallTree tree(Arch arch) {
        SyscallTable table = SyscallTable.forArch(arch);
        TreeMap<Integer, Decision.Builder> builders = new TreeMap<>();
        for (SeccompSpec.SyscallRule rule : profile.syscalls()) {
            for (String name : rule.names()) {
                OptionalInt number = table.number(name);
                if (number.isPresent()) {
                    addRule(
                            rule,
                            builders.computeIfAbsent(
                                    number.getAsInt(), _ -> new Decision.Builder(fallback)));
                }
            }
        }
        TreeMap<Integer, Decision> decisions = new TreeMap<>();
        builders.forEach((number, builder) -> decisions.put(number, builder.build()));
        int first = arch == Arch.X32 ? X32_BIT : 0;
        return new SyscallTree(first, decisions, Decision.always(fallback), beyond());
    }

    /** A rule that only repeats the default makes its call known, and is none, as in runc. */
    private void addRule(SeccompSpec.SyscallRule rule, Decision.Builder builder) {
        int answer = SeccompAction.answer(rule.action(), rule.errnoRet());
        if (answer != fallback) {
            conditions(rule).forEach(tests -> builder.add(tests, answer));
        }
    }

    private Decision beyond() {
        return Decision.always(
                SeccompAction.permits(fallback)
                        ? fallback
                        : SeccompAction.ERRNO | Errno.ENOSYS.number());
    }

    /**
     * Alternatives, each a list of tests that must all hold. Two conditions on one argument are
     * alternatives, as runc reads them.
     */
    private static List<List<ArgumentTest>> conditions(SeccompSpec.SyscallRule rule) {
        List<ArgumentTest> tests = rule.args().stream().map(ArgumentTest::of).toList();
        Set<Integer> seen = new HashSet<>();
        boolean distinct = tests.stream().allMatch(test -> seen.add(test.index()));
        if (distinct) {
            return List.of(tests);
        }
        List<List<ArgumentTest>> alternatives = new ArrayList<>();
        tests.forEach(test -> alternatives.add(List.of(test)));
        return alternatives;
    }
}
