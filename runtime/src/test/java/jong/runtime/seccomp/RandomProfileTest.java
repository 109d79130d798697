package jong.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import jong.linux.Arch;
import jong.linux.seccomp.BpfProgram;
import jong.linux.seccomp.SeccompData;
import jong.linux.seccomp.SyscallTable;
import jong.oci.runtime.SeccompSpec;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Compiled filters against the profile read rule by rule: random profiles, the calls that they name
 * and their neighbours, arguments on and beside the limits.
 */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
final class RandomProfileTest {

    private static final int ROUNDS = 400;
    private static final int KILL = 0;
    private static final int ENOSYS = 0x0005_0026;
    private static final int X32_BIT = 0x4000_0000;
    private static final List<String> ACTIONS =
            List.of("KILL", "KILL_PROCESS", "TRAP", "ERRNO", "TRACE", "ALLOW", "LOG", "NOTIFY");
    private static final List<Integer> ANSWERS =
            List.of(
                    0,
                    0x8000_0000,
                    0x0003_0000,
                    0x0005_0000,
                    0x7ff0_0000,
                    0x7fff_0000,
                    0x7ffc_0000,
                    0x7fc0_0000);
    private static final List<String> OPERATORS =
            List.of("NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ");
    private static final List<Arch> ARCHITECTURES = List.of(Arch.X86_64, Arch.I386, Arch.X32);
    private static final List<String> NAMES =
            SyscallTable.forArch(Arch.X86_64).names().stream()
                    .filter(name -> !name.equals("write"))
                    .sorted()
                    .toList();

    @Test
    void filtersAnswerAsTheProfilesSay() {
        long seed = Long.getLong("jong.seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            var profile = new SeccompSpec(profile(random));
            BpfProgram filter =
                    BpfProgram.fromBytes(new SeccompCompiler().compile(profile).filter());
            for (int i = 0; i < 100; i++) {
                SeccompData call = call(random, profile);
                assertThat(filter.run(call))
                        .as("-Djong.seed=%d, round %d: %s in %s", seed, round, call, profile)
                        .isEqualTo(expected(profile, call));
            }
        }
    }

    private static JsonObject profile(Random random) {
        List<JsonObject> rules = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            rules.add(rule(random));
        }
        JsonObject profile =
                new JsonObject()
                        .with("defaultAction", action(random, ACTIONS.size() - 1))
                        .with("syscalls", rules);
        if (random.nextBoolean()) {
            profile.with("defaultErrnoRet", (long) random.nextInt(4096));
        }
        List<String> architectures = new ArrayList<>();
        for (String word : List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")) {
            if (random.nextBoolean()) {
                architectures.add(word);
            }
        }
        return profile.with("architectures", architectures);
    }

    private static JsonObject rule(Random random) {
        List<String> names = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            names.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        JsonObject rule =
                new JsonObject()
                        .with("names", names)
                        .with("action", action(random, ACTIONS.size()));
        if (random.nextBoolean()) {
            rule.with("errnoRet", (long) random.nextInt(4096));
        }
        List<JsonObject> args = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            args.add(
                    new JsonObject()
                            .with("index", (long) random.nextInt(6))
                            .with("value", value(random))
                            .with("valueTwo", value(random))
                            .with("op", "SCMP_CMP_" + OPERATORS.get(random.nextInt(7))));
        }
        return rule.with("args", args);
    }

    private static String action(Random random, int among) {
        return "SCMP_ACT_" + ACTIONS.get(random.nextInt(among));
    }

    /** Few values, so that arguments meet them; with something in either half. */
    private static long value(Random random) {
        long half = random.nextInt(3);
        return (random.nextBoolean() ? half << 32 : 0) | random.nextInt(4);
    }

    private static SeccompData call(Random random, SeccompSpec profile) {
        Arch arch = ARCHITECTURES.get(random.nextInt(3));
        int number = random.nextInt(600) | (arch == Arch.X32 ? X32_BIT : 0);
        List<String> named =
                profile.syscalls().stream().flatMap(rule -> rule.names().stream()).toList();
        if (!named.isEmpty() && random.nextInt(4) > 0) {
            String name = named.get(random.nextInt(named.size()));
            OptionalInt known = SyscallTable.forArch(arch).number(name);
            number = known.isPresent() ? known.getAsInt() + random.nextInt(3) - 1 : number;
        }
        List<Long> arguments = random.longs(6, -1, 4).mapToObj(low -> low | value(random)).toList();
        return new SeccompData(number, arch.auditNumber(), 0, arguments);
    }

    /** The rules of the specification and of libseccomp, one after another. */
    private static int expected(SeccompSpec profile, SeccompData call) {
        Arch arch = archOf(call);
        boolean listed =
                profile.architectures().contains("SCMP_ARCH_" + (arch == Arch.I386 ? "X86" : arch));
        if (!listed && arch != Arch.X86_64) {
            return KILL;
        }
        int fallback = answer(profile.defaultAction(), profile.defaultErrnoRet());
        SyscallTable table = SyscallTable.forArch(arch);
        int newest = -1;
        int result = fallback;
        boolean decided = false;
        boolean unconditional = false;
        for (SeccompSpec.SyscallRule rule : profile.syscalls()) {
            for (String name : rule.names()) {
                int number = table.number(name).orElse(Integer.MIN_VALUE);
                newest = number < 0 ? newest : Math.max(newest, number);
                int answer = answer(rule.action(), rule.errnoRet());
                if (number != call.number() || answer == fallback || unconditional) {
                    continue;
                }
                if (rule.args().isEmpty()) {
                    unconditional = true;
                    result = answer;
                } else if (!decided && fits(rule, call)) {
                    decided = true;
                    result = answer;
                }
            }
        }
        boolean permits =
                List.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE")
                        .contains(profile.defaultAction());
        boolean newer = newest >= 0 && Integer.compareUnsigned(call.number(), newest) > 0;
        return newer && !permits ? ENOSYS : result;
    }

    private static Arch archOf(SeccompData call) {
        if (call.auditArch() == Arch.I386.auditNumber()) {
            return Arch.I386;
        }
        return Integer.compareUnsigned(call.number(), X32_BIT) >= 0 && call.number() != -1
                ? Arch.X32
                : Arch.X86_64;
    }

    private static int answer(String word, @org.jspecify.annotations.Nullable Long number) {
        int action = ANSWERS.get(ACTIONS.indexOf(word.substring("SCMP_ACT_".length())));
        boolean numbered = word.endsWith("ERRNO") || word.endsWith("TRACE");
        return numbered ? action | (number == null ? 1 : number.intValue()) : action;
    }

    /** Two conditions on one argument are alternatives. */
    private static boolean fits(SeccompSpec.SyscallRule rule, SeccompData call) {
        List<Boolean> held = rule.args().stream().map(test -> holds(test, call)).toList();
        var indexes = new HashSet<>(rule.args().stream().map(SeccompSpec.Argument::index).toList());
        return indexes.size() == held.size() ? !held.contains(false) : held.contains(true);
    }

    private static boolean holds(SeccompSpec.Argument test, SeccompData call) {
        long given = call.arguments().get(test.index());
        int compared = Long.compareUnsigned(given, test.value());
        return switch (test.operator().substring("SCMP_CMP_".length())) {
            case "NE" -> compared != 0;
            case "LT" -> compared < 0;
            case "LE" -> compared <= 0;
            case "EQ" -> compared == 0;
            case "GE" -> compared >= 0;
            case "GT" -> compared > 0;
            default -> (given & test.value()) == (test.valueTwo() & test.value());
        };
    }
}
