package jong.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jong.linux.cgroups.CgroupHierarchy;
import jong.linux.cgroups.Cgroups;
import jong.runtime.monitor.ExitRecord;
import jong.wire.json.JsonObject;

/** A runtime and a bundle of one test's own; closing it checks that nothing is left of them. */
public final class Trial implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final String id =
            "trial" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    public final TestBundle bundle;
    public final ContainerRuntime runtime;
    private final Path directory;

    public Trial(Path directory) throws IOException {
        this.directory = directory;
        this.bundle = new TestBundle(directory);
        this.runtime = new ContainerRuntime(TestBundle.PROGRAM, directory.resolve("run"));
    }

    /** What Docker gives a container, with a script to run. */
    public JsonObject script(String script) {
        return TestBundle.config(id, "sh", "-c", script);
    }

    public Container create(JsonObject config) {
        return runtime.create(bundle.setup(id, config, false));
    }

    /** Runs it to its end and deletes it. */
    public ExitRecord run(JsonObject config) {
        Container container = create(config);
        container.start();
        ExitRecord end = container.exit().join();
        container.delete();
        return end;
    }

    /** The same, and what it wrote. */
    public String output(JsonObject config) throws IOException {
        run(config);
        return bundle.output();
    }

    @Override
    public void close() throws IOException {
        runtime.recover().forEach(Container::destroy);
        runtime.close();
        for (CgroupHierarchy hierarchy : Cgroups.detect().hierarchies()) {
            assertThat(hierarchy.group("/jong-runtime-test/" + id).exists())
                    .as("cgroup of %s in %s", id, hierarchy)
                    .isFalse();
        }
        try (Stream<Path> left = Files.list(directory.resolve("run"))) {
            assertThat(left).isEmpty();
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .filteredOn(line -> line.contains(directory.toString()))
                .isEmpty();
    }
}
