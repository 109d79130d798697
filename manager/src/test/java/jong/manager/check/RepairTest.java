package jong.manager.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import jong.manager.gc.GarbageCollector;
import jong.manager.gc.Marks;
import jong.manager.gc.Roots;
import jong.manager.images.StoreOnDisk;
import jong.manager.snapshots.Snapshotter;
import jong.registry.RegistryOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class RepairTest {

    @TempDir Path directory;

    @Test
    void whateverIsUnreferencedGoesByOneCollection() throws Exception {
        try (var store = new StoreOnDisk(directory.resolve("root"), RegistryOptions.DEFAULT)) {
            int few = looks(store, 2);
            assertThat(looks(store, 9)).isEqualTo(few);
            assertThat(store.content.list()).isEmpty();
        }
    }

    /** How often all snapshots are read while so much unreferenced content is removed. */
    private static int looks(StoreOnDisk store, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            store.content.put(new byte[] {(byte) i});
        }
        var looks = new AtomicInteger();
        var snapshots =
                (Snapshotter)
                        Proxy.newProxyInstance(
                                RepairTest.class.getClassLoader(),
                                new Class<?>[] {Snapshotter.class},
                                (_, method, arguments) -> {
                                    looks.addAndGet(method.getName().equals("walk") ? 1 : 0);
                                    try {
                                        return method.invoke(store.snapshots, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getTargetException();
                                    }
                                });
        var stores =
                new Stores(
                        store.content,
                        store.labels,
                        store.snapshots,
                        store.images.inventory(),
                        new GarbageCollector(store.content, snapshots, store.leases, new Nothing()),
                        store.leases,
                        store.metadata,
                        Instant.EPOCH);
        assertThat(new StoreCheck(stores, new Nobody()).run(false, true).findings())
                .hasSize(count)
                .allMatch(Finding::repaired);
        return looks.get();
    }

    private static final class Nothing implements Roots {
        @Override
        public boolean owns(String snapshot) {
            return false;
        }

        @Override
        public void mark(Marks marks) {}

        @Override
        public Set<String> noted() {
            return Set.of();
        }

        @Override
        public void forget(String snapshot) {}
    }

    private static final class Nobody implements ContainerSnapshots {
        @Override
        public Set<String> existing() {
            return Set.of();
        }

        @Override
        public Set<String> owners() {
            return Set.of();
        }

        @Override
        public Set<String> running() {
            return Set.of();
        }
    }
}
