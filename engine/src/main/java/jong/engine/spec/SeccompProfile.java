package jong.engine.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Which system calls a container may make: docker's default profile from Jong's own table, or a
 * profile that the user gave as JSON.
 *
 * <p>The result is the {@code linux.seccomp} object of the OCI runtime specification, for exactly
 * the capabilities that the container has.
 */
public final class SeccompProfile {

    private static final String ALLOW = "SCMP_ACT_ALLOW";
    private static final List<String> TABLE = readTable();

    private final String architecture;
    private final Collection<String> capabilities;

    /**
     * @param architecture Java's name, {@code amd64} or {@code aarch64}
     * @param capabilities those of the container, as {@code CAP_X}
     */
    public SeccompProfile(String architecture, Collection<String> capabilities) {
        this.architecture = architecture.equals("aarch64") ? "arm64" : architecture;
        this.capabilities = capabilities;
    }

    /** Docker's default protections. */
    public JsonObject defaults() {
        List<JsonObject> rules = new ArrayList<>();
        List<String> always = new ArrayList<>();
        boolean applies = true;
        for (String line : TABLE) {
            if (line.startsWith("[")) {
                applies = applies(line.substring(1, line.length() - 1));
            } else if (applies && line.contains(" : ")) {
                rules.add(conditional(line));
            } else if (applies) {
                always.addAll(List.of(line.split(" ")));
            }
        }
        rules.addFirst(new JsonObject().with("names", always).with("action", ALLOW));
        return new JsonObject()
                .with("defaultAction", "SCMP_ACT_ERRNO")
                .with("defaultErrnoRet", 1L)
                .with("architectures", architectures())
                .with("syscalls", rules);
    }

    /**
     * A profile in docker's JSON form, with its {@code archMap}, {@code includes} and {@code
     * excludes} resolved for this container.
     *
     * @throws InvalidArgument with docker's text if it is not JSON
     */
    public JsonObject custom(String text) {
        JsonObject profile;
        try {
            profile = Json.parseObject(text);
        } catch (JsonException e) {
            throw new InvalidArgument("Decoding seccomp profile failed: " + e.getMessage(), e);
        }
        var result = new JsonObject().with("defaultAction", profile.string("defaultAction"));
        result.withUnlessEmpty("defaultErrnoRet", profile.numberOrNull("defaultErrnoRet"));
        List<String> architectures = profile.strings("architectures");
        for (JsonObject entry : profile.objects("archMap")) {
            if (entry.string("architecture").equals(ociArchitecture())) {
                architectures.add(entry.string("architecture"));
                architectures.addAll(entry.strings("subArchitectures"));
            }
        }
        result.withUnlessEmpty("architectures", architectures);
        result.withUnlessEmpty("flags", profile.strings("flags"));
        return result.with(
                "syscalls",
                profile.objects("syscalls").stream()
                        .filter(this::matches)
                        .map(SeccompProfile::plainRule)
                        .toList());
    }

    private boolean matches(JsonObject rule) {
        JsonObject includes = rule.object("includes");
        JsonObject excludes = rule.object("excludes");
        List<String> arches = includes.strings("arches");
        return (arches.isEmpty() || arches.contains(architecture))
                && capabilities.containsAll(includes.strings("caps"))
                && !excludes.strings("arches").contains(architecture)
                && excludes.strings("caps").stream().noneMatch(capabilities::contains);
    }

    /** Only what the OCI form knows; the old single {@code name} becomes a list. */
    private static JsonObject plainRule(JsonObject rule) {
        List<String> names = new ArrayList<>(rule.strings("names"));
        if (rule.has("name")) {
            names.add(rule.string("name"));
        }
        var plain = new JsonObject().with("names", names).with("action", rule.string("action"));
        plain.withUnlessEmpty("errnoRet", rule.numberOrNull("errnoRet"));
        return plain.withUnlessEmpty("args", rule.list("args"));
    }

    /**
     * A section's heading: {@code always}, {@code with CAP_X}, {@code without CAP_X}, {@code on A}.
     */
    private boolean applies(String heading) {
        int space = heading.indexOf(' ');
        String word = space < 0 ? heading : heading.substring(0, space);
        List<String> operands = List.of(heading.substring(space + 1).split(" "));
        return switch (word) {
            case "always" -> true;
            case "with" -> capabilities.containsAll(operands);
            case "without" -> operands.stream().noneMatch(capabilities::contains);
            case "on" -> operands.contains(architecture);
            default -> throw new IllegalStateException("seccomp table: [" + heading + "]");
        };
    }

    /**
     * {@code name : arg0 != 40}, {@code name : arg0 & 0x7e020000 == 0} or {@code name : errno 38}.
     */
    private static JsonObject conditional(String line) {
        String[] sides = line.split(" : ");
        String[] words = sides[1].split(" ");
        var rule = new JsonObject().with("names", List.of(sides[0].split(" ")));
        if (words[0].equals("errno")) {
            return rule.with("action", "SCMP_ACT_ERRNO").with("errnoRet", Long.decode(words[1]));
        }
        var argument =
                new JsonObject()
                        .with("index", Long.parseLong(words[0].substring(3)))
                        .with("value", Long.decode(words[2]));
        switch (words[1]) {
            case "!=" -> argument.with("op", "SCMP_CMP_NE");
            case "==" -> argument.with("op", "SCMP_CMP_EQ");
            // libseccomp's order: value is the mask, valueTwo what must be left, here always 0.
            case "&" -> argument.with("op", "SCMP_CMP_MASKED_EQ");
            default -> throw new IllegalStateException("seccomp table: " + line);
        }
        return rule.with("action", ALLOW).with("args", List.of(argument));
    }

    private List<String> architectures() {
        return switch (architecture) {
            case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
            case "arm64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
            default -> List.of(ociArchitecture());
        };
    }

    private String ociArchitecture() {
        return switch (architecture) {
            case "amd64" -> "SCMP_ARCH_X86_64";
            case "arm64" -> "SCMP_ARCH_AARCH64";
            default -> "SCMP_ARCH_NATIVE";
        };
    }

    private static List<String> readTable() {
        try (InputStream in = SeccompProfile.class.getResourceAsStream("seccomp.table")) {
            if (in == null) {
                throw new IllegalStateException("seccomp.table is missing from this build");
            }
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
