package jong.oci.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.wire.status.StatusException;
import org.junit.jupiter.api.Test;

/** What every content store must do; run against each implementation. */
abstract class ContentStoreContract {

    private static final byte[] HELLO = "hello".getBytes(UTF_8);
    // From `printf hello | sha256sum`.
    private static final Digest HELLO_DIGEST =
            Digest.parse("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");

    abstract ContentStore store() throws Exception;

    @Test
    void contentIsVisibleOnlyAfterTheCommit() throws Exception {
        ContentStore store = store();
        try (ContentWriter writer = store.writer("a", null)) {
            writer.write(HELLO);
            assertThat(store.info(HELLO_DIGEST)).isEmpty();
            assertThat(store.ingests()).containsExactly("a");
            assertThat(writer.commit()).isEqualTo(HELLO_DIGEST);
        }
        assertThat(store.info(HELLO_DIGEST).orElseThrow().size()).isEqualTo(5);
        assertThat(store.readAll(HELLO_DIGEST, 5)).isEqualTo(HELLO);
        assertThat(store.ingests()).isEmpty();
        assertThat(store.list()).extracting(ContentInfo::digest).containsExactly(HELLO_DIGEST);
    }

    @Test
    void ingestGoesOnWhereItStopped() throws Exception {
        ContentStore store = store();
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        var expected = Descriptor.of("", Digest.sha256(bytes), bytes.length);
        try (ContentWriter writer = store.writer("a", expected)) {
            writer.write(bytes, 0, 600_001);
        }
        try (ContentWriter writer = store.writer("a", expected)) {
            assertThat(writer.offset()).isEqualTo(600_001);
            writer.write(bytes, 600_001, bytes.length - 600_001);
            writer.commit();
        }
        assertThat(store.readAll(expected.digest(), bytes.length)).isEqualTo(bytes);
    }

    @Test
    void restartForgetsWhatWasWritten() throws Exception {
        ContentStore store = store();
        try (ContentWriter writer = store.writer("a", null)) {
            writer.write("other bytes".getBytes(UTF_8));
            writer.restart();
            assertThat(writer.offset()).isZero();
            writer.write(HELLO);
            assertThat(writer.commit()).isEqualTo(HELLO_DIGEST);
        }
    }

    @Test
    void wrongDigestAndWrongSizeAreRefusedAndForgotten() throws Exception {
        ContentStore store = store();
        for (Descriptor wrong :
                new Descriptor[] {
                    Descriptor.of("", HELLO_DIGEST, 6),
                    Descriptor.of("", Digest.sha256(new byte[5]), 5)
                }) {
            try (ContentWriter writer = store.writer("a", wrong)) {
                writer.write(HELLO);
                assertThatThrownBy(writer::commit)
                        .isInstanceOf(StatusException.InvalidArgument.class)
                        .hasMessageStartingWith("unexpected commit ");
            }
            assertThat(store.list()).isEmpty();
            assertThat(store.ingests()).isEmpty();
        }
    }

    @Test
    void sha512ContentIsVerifiedByItsOwnAlgorithm() throws Exception {
        ContentStore store = store();
        // From `printf hello | sha512sum`.
        var digest =
                Digest.parse(
                        "sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7"
                                + "2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043");
        try (ContentWriter writer = store.writer("a", Descriptor.of("", digest, 5))) {
            writer.write(HELLO);
            assertThat(writer.commit()).isEqualTo(digest);
        }
        assertThat(store.readAll(digest, 5)).isEqualTo(HELLO);
    }

    @Test
    void refHasOneWriterAtATime() throws Exception {
        ContentStore store = store();
        try (ContentWriter _ = store.writer("../a/b", null)) {
            assertThatThrownBy(() -> store.writer("../a/b", null))
                    .isInstanceOf(StatusException.Unavailable.class)
                    .hasMessage("ref ../a/b locked: unavailable");
            assertThatThrownBy(() -> store.abort("../a/b"))
                    .isInstanceOf(StatusException.Unavailable.class);
            store.writer("other", null).discard();
        }
        store.abort("../a/b");
        assertThat(store.ingests()).isEmpty();
    }

    @Test
    void committingContentThatIsThereDropsTheIngest() throws Exception {
        ContentStore store = store();
        assertThat(store.put(HELLO)).isEqualTo(HELLO_DIGEST);
        try (ContentWriter writer = store.writer("again", null)) {
            writer.write(HELLO);
            assertThat(writer.commit()).isEqualTo(HELLO_DIGEST);
        }
        assertThat(store.ingests()).isEmpty();
        assertThat(store.readAll(HELLO_DIGEST, 5)).isEqualTo(HELLO);
    }

    @Test
    void openContentIsReadableAfterItsDeletion() throws Exception {
        ContentStore store = store();
        store.put(HELLO);
        try (ContentReader reader = store.open(HELLO_DIGEST)) {
            assertThat(store.delete(HELLO_DIGEST)).isTrue();
            assertThat(store.delete(HELLO_DIGEST)).isFalse();
            ByteBuffer two = ByteBuffer.allocate(2);
            assertThat(reader.read(two, 3)).isEqualTo(2);
            assertThat(two.array()).isEqualTo(Arrays.copyOfRange(HELLO, 3, 5));
            assertThat(reader.read(ByteBuffer.allocate(1), 5)).isEqualTo(-1);
            assertThat(reader.stream().readAllBytes()).isEqualTo(HELLO);
        }
        assertThatThrownBy(() -> store.open(HELLO_DIGEST))
                .isInstanceOf(StatusException.NotFound.class)
                .hasMessage("content " + HELLO_DIGEST + ": not found");
    }

    @Test
    void readingWholeHasALimit() throws Exception {
        ContentStore store = store();
        store.put(HELLO);
        assertThatThrownBy(() -> store.readAll(HELLO_DIGEST, 4))
                .isInstanceOf(StatusException.InvalidArgument.class)
                .hasMessageContaining("5 bytes, limit 4");
    }

    @Test
    void labelsBelongToContentAndGoWithIt() throws Exception {
        ContentStore store = store();
        assertThat(store.labels(HELLO_DIGEST)).isEmpty();
        assertThatThrownBy(() -> store.updateLabels(HELLO_DIGEST, _ -> Map.of("a", "1")))
                .isInstanceOf(StatusException.NotFound.class);
        store.put(HELLO);
        store.updateLabels(HELLO_DIGEST, _ -> Map.of("a", "1", "b", "2"));
        store.updateLabels(
                HELLO_DIGEST,
                labels -> {
                    labels.remove("a");
                    labels.put("c", "3");
                    return labels;
                });
        assertThat(store.labels(HELLO_DIGEST)).isEqualTo(Map.of("b", "2", "c", "3"));
        store.delete(HELLO_DIGEST);
        store.put(HELLO);
        assertThat(store.labels(HELLO_DIGEST)).isEmpty();
    }

    @Test
    void labelThatIsTooLongChangesNothing() throws Exception {
        ContentStore store = store();
        store.put(HELLO);
        store.updateLabels(HELLO_DIGEST, _ -> Map.of("a", "1"));
        assertThatThrownBy(() ->
                        store.updateLabels(HELLO_DIGEST, _ -> Map.of("key", "x".repeat(4094))))
                .isInstanceOf(StatusException.InvalidArgument.class);
        assertThat(store.labels(HELLO_DIGEST)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void ingestTellsHowFarItIs() throws Exception {
        ContentStore store = store();
        assertThat(store.status("a")).isEmpty();
        try (ContentWriter writer = store.writer("a", null)) {
            writer.write(HELLO);
            assertThat(writer.digest()).isEqualTo(HELLO_DIGEST);
            assertThat(store.status("a").orElseThrow().offset()).isEqualTo(5);
            writer.write(HELLO);
            assertThat(writer.digest()).isNotEqualTo(HELLO_DIGEST);
        }
        assertThat(store.status("a").orElseThrow().offset()).isEqualTo(10);
        store.abort("a");
        assertThat(store.status("a")).isEmpty();
    }
}
