package jong.runtime.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import jong.oci.runtime.LinuxResources;
import jong.oci.runtime.LinuxResources.DeviceRule;
import jong.wire.json.Json;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;

final class DeviceAccessTest {

    private static final String NOTHING = "{\"allow\":false,\"access\":\"rwm\"}";

    @Test
    void withoutRulesOnlyWhatEveryContainerNeedsIsAllowed() {
        assertThat(changes("a *:* rwm", ""))
                .startsWith("deny a")
                .contains("allow b *:* m", "allow c 1:3 rwm", "allow c 136:* rwm")
                .hasSize(12);
    }

    @Test
    void whatBothHaveIsNotTouched() {
        String list = listOf(NOTHING);
        assertThat(changes(list, NOTHING)).isEmpty();
        assertThat(changes(list, NOTHING + "," + allow("b", 8, 0, "r")))
                .containsExactly("allow b 8:0 r");
        String more = listOf(NOTHING + "," + allow("b", 8, 0, "rw"));
        assertThat(changes(more, NOTHING + "," + allow("b", 8, 0, "rm")))
                .containsExactly("deny b 8:0 w", "allow b 8:0 m");
    }

    @Test
    void exceptionsFromEverythingCannotBeReadBackAndAreWrittenAnew() {
        assertThat(
                        changes(
                                "a *:* rwm",
                                "{\"allow\":true},{\"allow\":false,\"type\":\"c\",\"major\":1,"
                                        + "\"minor\":11,\"access\":\"rwa\"}"))
                .containsExactly("allow a", "deny c 1:11 rw");
    }

    @Test
    void aHoleInAWildcardIsRefusedRatherThanSilentlyLeftOpen() {
        String hole =
                "{\"allow\":true,\"type\":\"c\",\"major\":10,\"access\":\"rw\"},"
                        + "{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":7,\"access\":\"w\"}";
        assertThatThrownBy(() -> access(NOTHING + "," + hole)).isInstanceOf(InvalidArgument.class);
    }

    @Test
    void theProgramDecidesAsTheRulesSay() {
        byte[] program =
                DeviceProgram.compile(
                        access(
                                NOTHING
                                        + ","
                                        + allow("b", 8, 0, "r")
                                        + ","
                                        + allow("c", 90, -1, "rw")));
        check(program, 'b', 8, 0, "r", true);
        check(program, 'b', 8, 0, "rw", false);
        check(program, 'b', 8, 0, "m", true);
        check(program, 'b', 8, 1, "r", false);
        check(program, 'c', 8, 0, "r", false);
        check(program, 'c', 90, 12, "rw", true);
        check(program, 'c', 1, 3, "rwm", true);
        check(program, 'c', 1, 1, "r", false);
    }

    @Test
    void ofARefusingRuleEveryPartRefuses() {
        byte[] program =
                DeviceProgram.compile(
                        access(
                                "{\"allow\":true},{\"allow\":false,\"type\":\"b\",\"major\":8,"
                                        + "\"minor\":0,\"access\":\"w\"}"));
        check(program, 'b', 8, 0, "r", true);
        check(program, 'b', 8, 0, "rw", false);
        check(program, 'b', 8, 1, "rw", true);
    }

    @Test
    void allListsOfRulesMakeProgramsThatEnd() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            var rules = new StringBuilder(random.nextBoolean() ? NOTHING : "{\"allow\":true}");
            for (int i = random.nextInt(12); i > 0; i--) {
                rules.append(',')
                        .append(
                                allow(
                                        random.nextBoolean() ? "c" : "b",
                                        random.nextInt(4),
                                        random.nextInt(-1, 3),
                                        "rwm".substring(random.nextInt(3))));
            }
            byte[] program = DeviceProgram.compile(access(rules.toString()));
            assertThat(run(program, 2, 2, random.nextInt(4), random.nextInt(4)))
                    .as("seed %d", seed)
                    .isBetween(0, 1);
        }
    }

    private static String allow(String type, int major, int minor, String access) {
        return "{\"allow\":true,\"type\":\"%s\",\"major\":%d,\"minor\":%d,\"access\":\"%s\"}"
                .formatted(type, major, minor, access);
    }

    private static List<DeviceRule> rules(String rules) {
        return new LinuxResources(Json.parseObject("{\"devices\":[" + rules + "]}")).devices();
    }

    private static DeviceAccess access(String rules) {
        return DeviceAccess.ofContainer(rules(rules));
    }

    /** The kernel's devices.list after these rules. */
    private static String listOf(String rules) {
        var list = new StringBuilder();
        access(rules)
                .exceptions()
                .forEach((id, access) -> list.append(id).append(' ').append(access).append('\n'));
        return list.toString();
    }

    private static List<String> changes(String list, String rules) {
        return DeviceAccess.ofList(list).changesTo(access(rules)).stream()
                .map(change -> (change.allow() ? "allow " : "deny ") + change.line())
                .toList();
    }

    private static void check(
            byte[] program, char type, int major, int minor, String access, boolean expected) {
        int bits =
                (access.contains("m") ? 1 : 0)
                        | (access.contains("r") ? 2 : 0)
                        | (access.contains("w") ? 4 : 0);
        assertThat(run(program, type == 'b' ? 1 : 2, bits, major, minor))
                .as("%s %d:%d %s", type, major, minor, access)
                .isEqualTo(expected ? 1 : 0);
    }

    /** The few instructions that such programs consist of (RFC 9669). */
    private static int run(byte[] program, int type, int access, int major, int minor) {
        var code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        int[] context = {access << 16 | type, major, minor};
        int[] registers = new int[11];
        for (int at = 0; ; at += 8) {
            int target = code.get(at + 1) & 15;
            int source = code.get(at + 1) >> 4 & 15;
            int immediate = code.getInt(at + 4);
            int jump = code.getShort(at + 2) * 8;
            switch (code.get(at) & 0xff) {
                case 0x61 -> registers[target] = context[code.getShort(at + 2) / 4];
                case 0x54 -> registers[target] &= immediate;
                case 0x74 -> registers[target] >>>= immediate;
                case 0xb4 -> registers[target] = immediate;
                case 0xbc -> registers[target] = registers[source];
                case 0x16 -> at += registers[target] == immediate ? jump : 0;
                case 0x56 -> at += registers[target] != immediate ? jump : 0;
                case 0x5e -> at += registers[target] != registers[source] ? jump : 0;
                case 0x95 -> {
                    return registers[0];
                }
                default -> throw new AssertionError("opcode " + code.get(at));
            }
        }
    }
}
