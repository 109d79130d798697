package jong.dist.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of CONVENTIONS.md that need no judgement. */
class TidyTest {

    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    /** What each module may require, besides what those may; ARCHITECTURE.md has the reasons. */
    private static final Map<String, Set<String>> NEEDS =
            Map.ofEntries(
                    Map.entry("wire", Set.of()),
                    Map.entry("linux", Set.of()),
                    Map.entry("http", Set.of("wire")),
                    Map.entry("oci", Set.of("wire")),
                    Map.entry("registry", Set.of("oci")),
                    Map.entry("registry-server", Set.of("http", "registry")),
                    Map.entry("runtime", Set.of("oci", "linux")),
                    Map.entry("network", Set.of("linux", "wire")),
                    Map.entry("manager", Set.of("registry", "runtime")),
                    Map.entry("api", Set.of("wire")),
                    Map.entry("engine", Set.of("api", "http", "network", "manager")),
                    Map.entry("cli", Set.of("api")));

    /** Words of a higher module that a lower one must not know. */
    private static final Map<String, Set<String>> FORBIDDEN_WORDS =
            Map.of(
                    "linux", Set.of("container", "image"),
                    "http", Set.of("container", "image"),
                    "oci", Set.of("snapshotter"),
                    "registry", Set.of("snapshot", "task"),
                    "runtime", Set.of("registry", "snapshot"),
                    "network", Set.of("container", "image"),
                    "manager", Set.of("volume", "dockerfile"),
                    "api", Set.of("netlink", "errno"),
                    "engine", Set.of("netlink", "errno"),
                    "cli", Set.of("netlink", "errno", "overlay", "snapshotter"));

    /** Where a module may say such a word, and why. */
    private static final Map<String, String> EXCUSED_WORDS =
            Map.of(
                    "registry/src/main/java/jong/registry/HttpClients.java: task",
                    "the JDK's Executors.newThreadPerTaskExecutor",
                    "engine/src/main/java/jong/engine/containers/VolumeCopy.java: errno",
                    "a missing directory in the image is no failure of the copy",
                    "engine/src/main/java/jong/engine/containers/Subpath.java: errno",
                    "Docker has a text for each way in which a path leads nowhere",
                    "engine/src/main/java/jong/engine/networks/NetworkService.java: netlink",
                    "a hardware address is a plain value, whatever package it lies in",
                    "engine/src/main/java/jong/engine/networks/StoredEndpoint.java: netlink",
                    "a hardware address is a plain value, whatever package it lies in");

    /** Files above the limit that stand until they are divided; the list may only shrink. */
    private static final Map<String, Integer> LONG_FILES =
            Map.of(
                    "manager/src/test/java/jong/manager/images/ClassicImagesTest.java", 530,
                    "runtime/src/test/c/harness.c", 660);

    private static final int MAX_FILE_LINES = 500;
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_LINE_LENGTH = 100;

    /** Digests and other programs' texts, which tests quote, cannot be broken. */
    private static final int MAX_TEST_LINE_LENGTH = 110;

    static Stream<String> modules() {
        return NEEDS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleRequiresOnlyWhatLiesBelowIt(String module) {
        var allowed = below(module);
        var required =
                CompiledModule.read(TOP, module).descriptor().requires().stream()
                        .map(ModuleDescriptor.Requires::name)
                        .filter(name -> name.startsWith("jong."))
                        .map(name -> name.substring("jong.".length()));
        assertThat(required).allSatisfy(name -> assertThat(name).isIn(allowed));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packagesOfAModuleHaveNoCycle(String module) {
        var uses = CompiledModule.read(TOP, module).packageUses();
        for (var start : uses.keySet()) {
            var cycle = pathBack(start, start, uses, new TreeSet<>());
            assertThat(cycle).as("cycle of packages in %s", module).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void moduleDoesNotKnowWordsOfHigherOnes(String module) {
        var forbidden = FORBIDDEN_WORDS.getOrDefault(module, Set.of());
        var known =
                SourceFile.below(TOP, List.of(module + "/src/main/java"), ".java").stream()
                        .flatMap(file ->
                                file.words().stream()
                                        .filter(forbidden::contains)
                                        .map(word -> file.name() + ": " + word));
        assertThat(known.filter(use -> !EXCUSED_WORDS.containsKey(use))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void onlyLinuxCallsNativeCode(String module) {
        var callers =
                CompiledModule.read(TOP, module).classes().stream()
                        .filter(model ->
                                CompiledModule.usedClasses(model).stream()
                                        .anyMatch(name -> name.equals("java/lang/foreign/Linker")))
                        .map(model -> model.thisClass().asInternalName());
        if (!module.equals("linux")) {
            assertThat(callers).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void methodsAreShort(String module) {
        assertThat(CompiledModule.read(TOP, module).methodsLongerThan(MAX_METHOD_LINES)).isEmpty();
    }

    @Test
    void filesAreShort() {
        var tooLong =
                sources()
                        .filter(file -> file.lines().size() > limit(file))
                        .map(file -> file.name() + ": " + file.lines().size());
        assertThat(tooLong).isEmpty();
    }

    @Test
    void linesAreShort() {
        assertThat(linesThat((file, line) -> line.length() > lineLimit(file))).isEmpty();
    }

    @Test
    void openWorkNamesItsIssue() {
        // Spelled so that this file does not match itself.
        var unnamed =
                Pattern.compile("\\bTO" + "DO\\b(?!\\(#\\d+\\))|\\bFIX" + "ME\\b|\\bXX" + "X\\b");
        assertThat(linesThat((_, line) -> unnamed.matcher(line).find())).isEmpty();
    }

    @Test
    void packagesAndTypesAreNamedByWhatTheyAre() {
        var vague =
                Pattern.compile(
                        ".*/(common|utils?|helpers?|impl|misc|base)/.*"
                                + "|.*/(\\w+Impl|Base[A-Z]\\w+|\\w+Utils?)\\.java");
        assertThat(sources().map(SourceFile::name).filter(name -> vague.matcher(name).matches()))
                .isEmpty();
    }

    private static Stream<SourceFile> sources() {
        var directories =
                Stream.concat(NEEDS.keySet().stream(), Stream.of("dist"))
                        .map(module -> module + "/src")
                        .collect(Collectors.toCollection(ArrayList::new));
        directories.add("bench");
        return SourceFile.below(TOP, directories, ".java", ".c", ".h", ".sh").stream();
    }

    private static Stream<String> linesThat(BiPredicate<SourceFile, String> breakTheRule) {
        return sources()
                .flatMap(file -> {
                    var lines = file.lines();
                    return IntStream.range(0, lines.size())
                            .filter(i -> breakTheRule.test(file, lines.get(i)))
                            .mapToObj(i -> file.name() + ":" + (i + 1));
                });
    }

    private static int lineLimit(SourceFile file) {
        return file.name().contains("/src/test/") ? MAX_TEST_LINE_LENGTH : MAX_LINE_LENGTH;
    }

    private static int limit(SourceFile file) {
        return LONG_FILES.getOrDefault(file.name(), MAX_FILE_LINES);
    }

    private static Set<String> below(String module) {
        var all = new TreeSet<String>();
        for (var needed : NEEDS.getOrDefault(module, Set.of())) {
            all.add(needed);
            all.addAll(below(needed));
        }
        return all;
    }

    /** The edges of a way from {@code at} back to {@code start}; empty when there is none. */
    private static List<String> pathBack(
            String start,
            String at,
            TreeMap<String, TreeMap<String, String>> uses,
            Set<String> seen) {
        for (var edge : uses.getOrDefault(at, new TreeMap<>()).entrySet()) {
            if (edge.getKey().equals(start)) {
                return List.of(edge.getValue());
            }
            if (seen.add(edge.getKey())) {
                var rest = pathBack(start, edge.getKey(), uses, seen);
                if (!rest.isEmpty()) {
                    var path = new ArrayList<>(List.of(edge.getValue()));
                    path.addAll(rest);
                    return path;
                }
            }
        }
        return List.of();
    }
}
