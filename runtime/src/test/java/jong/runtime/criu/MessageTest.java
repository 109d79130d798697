package jong.runtime.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of protobuf.dev, "Encoding", and what criu's own library makes of the same values. */
final class MessageTest {

    @Test
    void fieldsAreWrittenAsTheFormatHasThem() {
        checkWritten("089601", new MessageWriter().number(1, 150));
        checkWritten("120774657374696e67", new MessageWriter().text(2, "testing"));
        checkWritten(
                "1a03089601", new MessageWriter().message(3, new MessageWriter().number(1, 150)));
        checkWritten("08feffffffffffffffff01", new MessageWriter().number(1, -2));
        checkWritten("900301", new MessageWriter().flag(50, true));
        checkWritten("0800", new MessageWriter().flag(1, false));
        checkWritten("b0028080808004", new MessageWriter().number(38, 0x4000_0000));
    }

    private static void checkWritten(String hex, MessageWriter message) {
        assertThat(message.toBytes()).asHexString().isEqualToIgnoringCase(hex);
    }

    @Test
    void fieldsAreReadAsTheyWereWritten() throws IOException {
        Message message = read("089601120774657374696e671a0308960128feffffffffffffffff01");
        assertThat(message.number(1, 0)).isEqualTo(150);
        assertThat(message.text(2)).isEqualTo("testing");
        assertThat(message.message(3).orElseThrow().number(1, 0)).isEqualTo(150);
        assertThat(message.number(5, 0)).isEqualTo(-2);
        assertThat(message.number(6, 7)).isEqualTo(7);
        assertThat(message.text(6)).isEmpty();
        assertThat(message.message(6)).isEmpty();
    }

    @Test
    void unknownFieldsArePassedOverAndTheLastOfEqualOnesCounts() throws IOException {
        Message message = read("090102030405060708" + "1501020304" + "2002" + "2003");
        assertThat(message.number(4, 0)).isEqualTo(3);
    }

    @Test
    void whatIsCutShortOrOfNoTypeIsRefused() {
        for (String hex : new String[] {"08", "0896", "1207746573", "12ffffffff0f", "0b", "0f"}) {
            assertThatThrownBy(() -> read(hex)).as(hex).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> read("08" + "ff".repeat(10) + "01"))
                .hasMessageContaining("more than 64 bits");
    }

    private static Message read(String hex) throws IOException {
        return Message.parse(HexFormat.of().parseHex(hex));
    }

    /** Whatever comes, it is read or refused, and no part of it is taken for longer than it is. */
    @Test
    void anyBytesAreReadOrRefused() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] good =
                CriuRequest.RESTORE.with(
                        new CriuOptions()
                                .with(CriuOptions.Text.ROOT, "/a")
                                .withExternalMount("/b", "/c")
                                .with(CriuOptions.Numeric.PID, 4711));
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Message message = Message.parse(bytes);
                message.number(1, 0);
                message.message(2);
                message.text(2);
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching(".*(byte|field) \\d+.*");
            }
        }
    }

    /** The request of {@code criu.org/RPC}'s example of a check, made by protobuf's own writer. */
    @Test
    void repliesAreReadWithWhatCallersAskOfThem() throws IOException {
        byte[] version = HexFormat.of().parseHex("080a100152" + "06" + "080410012001");
        assertThat(CriuReply.parse(version).version()).isEqualTo(40_101);
        byte[] between = HexFormat.of().parseHex("080a1001520c" + "080310111a0476332e312001");
        assertThat(CriuReply.parse(between).version()).isEqualTo(31_800);
        byte[] event =
                HexFormat.of()
                        .parseHex("08061001" + "2a11" + "0a0c706f73742d726573746f7265" + "10e724");
        CriuReply reply = CriuReply.parse(event);
        assertThat(reply.type()).isEqualTo(CriuRequest.NOTIFY);
        assertThat(reply.script()).isEqualTo("post-restore");
        assertThat(reply.pid()).isEqualTo(4711);
        byte[] features = HexFormat.of().parseHex("08091001" + "4202" + "0800");
        assertThat(CriuReply.parse(features).mayHave(CriuFeature.MEM_TRACK)).isFalse();
        assertThat(CriuReply.parse(features).mayHave(CriuFeature.LAZY_PAGES)).isTrue();
    }
}
