package jong.network.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void aQueryIsReadWithItsEdns() {
        var plain = (Query) Query.read(Messages.query("Www.Example.ORG", Messages.AAAA));
        assertThat(plain.name()).isEqualTo("www.example.org");
        assertThat(plain.type()).isEqualTo(Messages.AAAA);
        assertThat(plain.edns()).isEmpty();
        assertThat(plain.id()).isEqualTo(4711);
        var edns = (Query) Query.read(Messages.queryWithEdns("a", Messages.A, 65000));
        assertThat(edns.edns()).hasValue(65000);
        assertThat(edns.questionEnd()).isEqualTo(12 + 3 + 4);
    }

    @Test
    void strangeBytesInNamesAreEscaped() {
        byte[] message = Messages.query("abcd", Messages.A);
        message[14] = '.';
        message[15] = (byte) 200;
        message[16] = '\\';
        assertThat(((Query) Query.read(message)).name()).isEqualTo("a\\046\\200\\092");
    }

    @Test
    void theRootIsANameToo() {
        assertThat(((Query) Query.read(Messages.query("", Messages.A))).name()).isEmpty();
    }

    @Test
    void whatIsNoQueryIsIgnoredOrRefused() {
        byte[] message = Messages.query("web", Messages.A);
        assertThat(Query.read(Arrays.copyOf(message, 11))).isInstanceOf(Incoming.Ignored.class);
        assertThat(Query.read(new byte[0])).isInstanceOf(Incoming.Ignored.class);
        assertRejected(ResponseCode.FORMAT_ERROR, Arrays.copyOf(message, 12));
        assertRejected(ResponseCode.FORMAT_ERROR, Arrays.copyOf(message, message.length - 1));
        assertRejected(ResponseCode.FORMAT_ERROR, with(message, 5, 2));
        assertRejected(ResponseCode.FORMAT_ERROR, with(message, 7, 1));
        assertRejected(ResponseCode.FORMAT_ERROR, with(message, 11, 1));
        assertRejected(ResponseCode.FORMAT_ERROR, with(message, 12, 64));
        assertRejected(ResponseCode.FORMAT_ERROR, with(message, 12, 0xc0)); // A pointer.
        assertRejected(ResponseCode.NOT_IMPLEMENTED, with(message, 2, 0x28)); // An update.
        assertThat(Query.read(with(message, 2, 0x81))).isInstanceOf(Incoming.Ignored.class);
    }

    @Test
    void namesAreAtMost255BytesLong() {
        var label = "a".repeat(63);
        var longest = String.join(".", List.of(label, label, label, "a".repeat(61)));
        assertThat(Query.read(Messages.query(longest, Messages.A))).isInstanceOf(Query.class);
        assertRejected(ResponseCode.FORMAT_ERROR, Messages.query(longest + "a", Messages.A));
        assertThat(WireName.bytes(longest)).isPresent();
        assertThat(WireName.bytes(longest + "a")).isEmpty();
        assertThat(WireName.bytes(label + "a.b")).isEmpty();
        assertThat(WireName.bytes("a..b")).isEmpty();
    }

    @Test
    void aQueryHasAtMost4096Bytes() {
        byte[] message = Messages.query("web", Messages.A);
        assertThat(Query.read(Arrays.copyOf(message, 4096))).isInstanceOf(Query.class);
        assertRejected(ResponseCode.FORMAT_ERROR, Arrays.copyOf(message, 4097));
    }

    @Test
    void twoOptionRecordsAreAnError() {
        byte[] once = Messages.queryWithEdns("a", Messages.A, 1232);
        byte[] twice = Arrays.copyOf(once, once.length + 11);
        System.arraycopy(once, once.length - 11, twice, once.length, 11);
        assertRejected(ResponseCode.FORMAT_ERROR, with(twice, 11, 2));
    }

    /** Whatever comes: nothing is thrown, and what is sent back is an answer to it. */
    @Test
    void randomBytesNeverBreakAnything() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] message = damaged(random);
            var reply = reply(message);
            if (reply.length > 0) {
                assertThat(ByteBuffer.wrap(reply).getShort())
                        .as("seed %d round %d", seed, i)
                        .isEqualTo(ByteBuffer.wrap(message).getShort());
                assertThat(reply[2] & 0x80).isEqualTo(0x80);
            }
        }
    }

    private static byte[] reply(byte[] message) {
        return switch (Query.read(message)) {
            case Incoming.Ignored _ -> new byte[0];
            case Incoming.Rejected rejected -> Reply.to(rejected);
            case Query query ->
                    Reply.to(query, ResponseCode.SERVER_FAILURE, List.of(), Query.SMALLEST_LIMIT);
        };
    }

    private static byte[] damaged(Random random) {
        byte[] message =
                switch (random.nextInt(3)) {
                    case 0 -> new byte[random.nextInt(80)];
                    case 1 -> Messages.query("www.example.org", random.nextInt(300));
                    default -> Messages.queryWithEdns("a.b", Messages.A, random.nextInt(65536));
                };
        if (random.nextInt(20) == 0) {
            random.nextBytes(message);
        }
        for (int i = random.nextInt(4); i > 0 && message.length > 0; i--) {
            message[random.nextInt(message.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(message, Math.max(0, message.length - random.nextInt(4)));
    }

    private static byte[] with(byte[] message, int offset, int value) {
        byte[] changed = message.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    private static void assertRejected(ResponseCode code, byte[] message) {
        assertThat(Query.read(message))
                .isInstanceOfSatisfying(
                        Incoming.Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(code));
    }
}
