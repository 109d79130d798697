package jong.runtime.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jong.oci.runtime.NamespaceType;
import jong.runtime.plan.Capabilities;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.seccomp.SeccompWords;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;

/**
 * The command {@code features}: what a configuration may ask for (the specification's features.md).
 * Its lists are those that the code itself goes by; what is no list is in {@code features.json}.
 */
final class Features {

    private Features() {}

    static int features(Session session, Arguments arguments) throws IOException {
        session.out().println(Json.writePretty(describe(), "    "));
        return 0;
    }

    static JsonObject describe() throws IOException {
        JsonObject fixed = Json.parseObject(Resources.text("features.json"));
        JsonObject linux = fixed.object("linux");
        linux.with("namespaces", namespaces()).with("capabilities", Capabilities.names());
        linux.object("seccomp")
                .with("actions", SeccompWords.actions())
                .with("operators", SeccompWords.operators())
                .with("archs", SeccompWords.architectures())
                .with("knownFlags", SeccompWords.flags())
                .with("supportedFlags", SeccompWords.flags());
        linux.object("memoryPolicy")
                .with("modes", PlanCompiler.memoryPolicyModes())
                .with("flags", PlanCompiler.memoryPolicyFlags());
        return fixed.with("ociVersionMax", Version.SPECIFICATION)
                .with("hooks", SpecValidator.HOOKS)
                .with("mountOptions", PlanCompiler.mountOptions());
    }

    private static List<String> namespaces() {
        List<String> words = new ArrayList<>();
        for (NamespaceType type : NamespaceType.values()) {
            words.add(type.word());
        }
        Collections.sort(words);
        return words;
    }
}
