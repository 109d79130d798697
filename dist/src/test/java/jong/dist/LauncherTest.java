package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, with {@code echo} in place of the JVM: it prints what would be started. */
class LauncherTest {

    private static final Path LAUNCHERS = Path.of("src/main/launcher");

    @TempDir Path directory;
    private Path home;

    @BeforeEach
    void assemble() throws IOException {
        home = directory.resolve("a b/dist/target/jong");
        copy(LAUNCHERS.resolve("jong"), home.resolve("bin/jong"));
        copy(LAUNCHERS.resolve("launch.sh"), home.resolve("lib/launch.sh"));
        Files.writeString(
                home.resolve("build.env"),
                "build_id=123\njava=/bin/echo\njars_cli=$home/lib/a.jar:$home/lib/b.jar\n"
                        + "cache_home='"
                        + home
                        + "'\n");
    }

    @Test
    void userArgumentsFollowTheMainClass() {
        var started = run(home.resolve("bin/jong").toString(), "run", "two words", "");
        assertThat(started)
                .contains("--module-path " + home + "/lib/a.jar:" + home + "/lib/b.jar")
                .contains("-Djong.home=" + home + " ")
                .endsWith("--module jong.cli/jong.cli.CliMain run two words");
    }

    @Test
    void classCacheIsUsedOnlyWhenItBelongsToTheBuild() throws IOException {
        Files.createFile(home.resolve("lib/jong-122.aot"));
        assertThat(run(home.resolve("bin/jong").toString())).doesNotContain("AOTCache");
        Files.createFile(home.resolve("lib/jong-123.aot"));
        assertThat(run(home.resolve("bin/jong").toString()))
                .contains("-XX:AOTCache=" + home + "/lib/jong-123.aot");
    }

    @Test
    void classCacheIsNotUsedInAnotherPlaceThanItsOwn() throws IOException {
        Files.createFile(home.resolve("lib/jong-123.aot"));
        var moved = Files.move(home, directory.resolve("moved"));
        assertThat(run(moved.resolve("bin/jong").toString())).doesNotContain("AOTCache");
    }

    @Test
    void homeIsFoundThroughSymlinks() throws IOException {
        var link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("bin/jong"));
        assertThat(run(link.toString())).contains("-Djong.home=" + home + " ");
    }

    @Test
    void checkoutThatIsBuiltStartsWithoutBuilding() throws IOException {
        var top = checkout();
        assertThat(run(top.resolve("jong").toString(), "ps"))
                .contains("-Djong.home=" + home + " ")
                .endsWith("CliMain ps");
        var relative =
                Command.of("sh", "-c", "cd '" + top + "' && ./jong ps && cd dist && ../jong");
        assertThat(relative.run().succeeded().lines())
                .allMatch(line -> line.contains("-Djong.home=/"));
    }

    @Test
    void missingToolsAreNamedWithTheCommandThatInstallsThem() throws IOException {
        var top = checkout();
        Files.delete(home.resolve("build.env"));
        var tools = Files.createDirectory(directory.resolve("tools"));
        for (var tool : List.of("sh", "dirname", "readlink")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
        }
        var words = List.of(top.resolve("jong").toString(), "ps");
        var result = new Command(words, Map.of("PATH", tools.toString())).run().exitedWith(125);
        assertThat(result.err())
                .contains("building Jong needs Maven, make and a C compiler")
                .contains("apt-get install maven make musl-tools");
        assertThat(result.out()).isEmpty();
    }

    /** The part of a checkout that the launchers touch, around the assembled home. */
    private Path checkout() throws IOException {
        var top = directory.resolve("a b");
        for (var file : List.of("jong", "build.sh")) {
            copy(Product.top().resolve(file), top.resolve(file));
        }
        for (var file : List.of("from-checkout.sh", "find-jdk.sh")) {
            copy(LAUNCHERS.resolve(file), top.resolve("dist/src/main/launcher/" + file));
        }
        return top;
    }

    private static String run(String... words) {
        return Command.of(words).run().succeeded().line();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
}
