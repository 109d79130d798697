package jong.cli.manifest;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code manifest annotate}. */
public final class ManifestAnnotate extends Command {

    /** What Go programs are made for, as docker checks it. */
    private static final Map<String, List<String>> KNOWN =
            Map.ofEntries(
                    Map.entry("darwin", List.of("386", "amd64", "arm", "arm64")),
                    Map.entry("dragonfly", List.of("amd64")),
                    Map.entry("freebsd", List.of("386", "amd64", "arm")),
                    Map.entry(
                            "linux",
                            List.of(
                                    "386",
                                    "amd64",
                                    "arm",
                                    "arm64",
                                    "loong64",
                                    "mips64",
                                    "mips64le",
                                    "ppc64le",
                                    "riscv64",
                                    "s390x")),
                    Map.entry("netbsd", List.of("386", "amd64", "arm")),
                    Map.entry("openbsd", List.of("386", "amd64", "arm")),
                    Map.entry("plan9", List.of("386", "amd64")),
                    Map.entry("solaris", List.of("amd64")),
                    Map.entry("windows", List.of("386", "amd64", "arm", "arm64")));

    /** Makes the command. */
    public ManifestAnnotate() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] MANIFEST_LIST MANIFEST",
                "Add additional information to a local image manifest",
                "",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return """
              --arch string           Set architecture
              --os string             Set operating system
              --os-features strings   Set operating system feature
              --os-version string     Set operating system version
              --variant string        Set architecture variant
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var store = new ManifestStore(session.config().directory());
        String list = Manifests.name(flags.arguments().get(0));
        String name = Manifests.name(flags.arguments().get(1));
        JsonObject entry =
                store.manifests(list).stream()
                        .filter(found -> found.string("Ref").equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new CommandException(
                                        "manifest for image "
                                                + flags.arguments().get(1)
                                                + " does not exist in "
                                                + flags.arguments().get(0)));
        JsonObject descriptor = entry.object("Descriptor");
        JsonObject platform = descriptor.object("platform");
        set(platform, "os", flags.text("os"));
        set(platform, "architecture", flags.text("arch"));
        set(platform, "variant", flags.text("variant"));
        set(platform, "os.version", flags.text("os-version"));
        List<String> features =
                flags.all("os-features").stream()
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .toList();
        if (!features.isEmpty()) {
            platform.put("os.features", features);
        }
        String os = platform.string("os");
        String architecture = platform.string("architecture");
        if (!KNOWN.getOrDefault(os, List.of()).contains(architecture)) {
            throw new CommandException(
                    "manifest entry for image has unsupported os/arch combination: "
                            + os
                            + "/"
                            + architecture);
        }
        descriptor.put("platform", platform);
        entry.put("Descriptor", descriptor);
        store.put(list, name, entry);
        return 0;
    }

    private static void set(JsonObject platform, String name, String value) {
        if (!value.isEmpty()) {
            platform.put(name, value);
        }
    }
}
