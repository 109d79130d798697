package jong.dist.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.LineNumber;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A module as the compiler left it, read without loading it. */
record CompiledModule(String name, List<ClassModel> classes, ModuleDescriptor descriptor) {

    /** Reads {@code NAME/target/classes}. */
    static CompiledModule read(Path top, String name) {
        var directory = top.resolve(name).resolve("target/classes");
        try (var files = Files.walk(directory);
                var info = Files.newInputStream(directory.resolve("module-info.class"))) {
            var classes =
                    files.filter(file -> file.toString().endsWith(".class"))
                            .filter(file -> !file.endsWith("module-info.class"))
                            .map(CompiledModule::parse)
                            .toList();
            return new CompiledModule(name, classes, ModuleDescriptor.read(info));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the module " + name, e);
        }
    }

    /** Which packages of this module each of its packages uses; an edge names one class pair. */
    TreeMap<String, TreeMap<String, String>> packageUses() {
        var uses = new TreeMap<String, TreeMap<String, String>>();
        for (var model : classes) {
            var user = model.thisClass().asInternalName();
            for (var used : usedClasses(model)) {
                if (used.startsWith("jong/" + name + "/")
                        && !packageOf(used).equals(packageOf(user))) {
                    uses.computeIfAbsent(packageOf(user), key -> new TreeMap<>())
                            .putIfAbsent(packageOf(used), user + " → " + used);
                }
            }
        }
        return uses;
    }

    /** The methods that span more lines than allowed, as «class.method: lines». */
    List<String> methodsLongerThan(int lines) {
        return classes.stream()
                .flatMap(model -> model.methods().stream())
                // A constructor's code contains the initializers of all fields.
                .filter(method -> !method.methodName().stringValue().startsWith("<"))
                .filter(method -> span(method) > lines)
                .map(method -> describe(method) + ": " + span(method))
                .toList();
    }

    static Set<String> usedClasses(ClassModel model) {
        var used = new TreeSet<String>();
        for (var entry : model.constantPool()) {
            if (entry instanceof ClassEntry type) {
                used.add(type.asInternalName().replaceAll("^\\[+L|;$", ""));
            }
        }
        return used;
    }

    private static String packageOf(String internalName) {
        return internalName.substring(0, internalName.lastIndexOf('/'));
    }

    private static String describe(MethodModel method) {
        var owner = method.parent().orElseThrow().thisClass().asInternalName();
        return owner + "." + method.methodName().stringValue();
    }

    /** From the first to the last line with code, and the lines of its head and brace. */
    private static int span(MethodModel method) {
        var lines =
                method.code().stream()
                        .flatMap(code -> code.elementStream())
                        .filter(LineNumber.class::isInstance)
                        .mapToInt(element -> ((LineNumber) element).line())
                        .summaryStatistics();
        return lines.getCount() == 0 ? 0 : lines.getMax() - lines.getMin() + 2;
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
