package jong.manager.snapshots;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import jong.manager.metadata.MetadataStore;

/** The process that {@link SnapshotKillTest} lets die in the middle of a {@link SnapshotScript}. */
public final class KilledSnapshots {

    private KilledSnapshots() {}

    /** Arguments: driver, directory, the step to die at or 0. Says how many operations are done. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        StorageDriver driver = StorageDriver.of(arguments[0]).orElseThrow();
        var metadata = MetadataStore.open(directory.resolve("metadata.db"));
        LayerSnapshotter snapshotter =
                driver.open(
                        directory.resolve("root"),
                        metadata,
                        new DriverOptions(driver.dockerName(), List.of()));
        var script = new SnapshotScript();
        var counter = new StepCounter(Integer.parseInt(arguments[2]));
        counter.run(() -> {
            for (int i = 0; i < script.operations().size(); i++) {
                try {
                    script.operations().get(i).run(snapshotter);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                System.out.println(i + 1);
            }
        });
        System.out.println("steps " + counter.count());
        System.exit(0);
    }
}
