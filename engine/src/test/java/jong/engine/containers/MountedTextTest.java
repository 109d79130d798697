package jong.engine.containers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import jong.linux.ErrnoException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedTextTest {

    private static final UnaryOperator<String> MORE = text -> text + "more";

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("hosts");
    }

    @Test
    void bytesThatAreNoUtf8Survive() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, 'a', (byte) 0xc3});
        MountedText.edit(file, text -> text.replace('a', 'b') + MountedText.bytes("ä"));
        assertThat(Files.readAllBytes(file))
                .isEqualTo(new byte[] {(byte) 0xff, 'b', (byte) 0xc3, (byte) 0xc3, (byte) 0xa4});
    }

    @Test
    void aShorterTextLeavesNothingOfTheLonger() throws IOException {
        Files.writeString(file, "a long text");
        MountedText.edit(file, _ -> "short");
        assertThat(file).hasContent("short");
    }

    @Test
    void theFileStaysTheSameInode() throws IOException {
        Files.writeString(file, "text");
        var before = Files.getAttribute(file, "unix:ino");
        MountedText.edit(file, MORE);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
    }

    @Test
    void theLargestFileIsChangedAndOneByteMoreIsNot() throws IOException {
        Files.write(file, new byte[MountedText.LARGEST]);
        MountedText.edit(file, MORE);
        assertThat(file).hasSize(MountedText.LARGEST + 4);
        MountedText.edit(file, MORE);
        assertThat(file).hasSize(MountedText.LARGEST + 4);
    }

    @Test
    void aSymlinkIsNotFollowed() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "text");
        Files.createSymbolicLink(file, other);
        assertThatThrownBy(() -> MountedText.edit(file, MORE)).isInstanceOf(ErrnoException.class);
        assertThat(other).hasContent("text");
    }

    @Test
    void aFifoIsNotWaitedFor() throws IOException, InterruptedException {
        var made = new ProcessBuilder("mkfifo", file.toString()).inheritIO().start();
        assertThat(made.waitFor()).isZero();
        MountedText.edit(file, MORE);
        assertThat(Files.readAttributes(file, "isOther").get("isOther")).isEqualTo(true);
    }

    @Test
    void aTextOfBytesHasOneCharacterForEach() {
        assertThat(MountedText.bytes("ä").getBytes(ISO_8859_1)).isEqualTo("ä".getBytes(UTF_8));
    }
}
