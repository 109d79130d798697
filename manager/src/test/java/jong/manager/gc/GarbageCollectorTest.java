package jong.manager.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jong.manager.leases.Leases;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.CopySnapshotter;
import jong.oci.content.LocalContentStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GarbageCollectorTest {

    @TempDir Path directory;
    private final Deque<Exception> troubles = new ArrayDeque<>();
    private final Deque<Error> errors = new ArrayDeque<>();
    private MetadataStore metadata;
    private LocalContentStore content;
    private GarbageCollector collector;

    @BeforeEach
    void open() throws IOException {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        content = new LocalContentStore(directory.resolve("content"));
        collector =
                new GarbageCollector(
                        content,
                        new CopySnapshotter(directory, metadata),
                        new Leases(metadata, Clock.systemUTC()),
                        new Nothing());
    }

    @AfterEach
    void close() {
        collector.close();
        metadata.close();
    }

    /** Refers to nothing, and fails where that was asked for. */
    private final class Nothing implements Roots {
        @Override
        public boolean owns(String snapshot) {
            return false;
        }

        @Override
        public void mark(Marks marks) throws IOException {
            if (!errors.isEmpty()) {
                throw errors.remove();
            }
            if (!troubles.isEmpty()) {
                throw new IOException(troubles.remove());
            }
        }

        @Override
        public Set<String> noted() {
            return Set.of();
        }

        @Override
        public void forget(String snapshot) {}
    }

    /** The time limit ends the test if the collector should never answer. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anErrorEndsOneCollectionAndNotTheNext() throws Exception {
        errors.add(new StackOverflowError("deep"));
        assertThatThrownBy(collector::collect)
                .isInstanceOf(StackOverflowError.class)
                .hasMessage("deep");
        content.put(new byte[] {1});
        collector.collect();
        assertThat(content.list()).isEmpty();
    }

    @Test
    void whoIsDoneDoesNotHearOfAFailedCollection() throws Exception {
        content.put(new byte[] {1});
        troubles.add(new IOException("bad sector"));
        collector.collectAfterwards();
        assertThat(content.list()).hasSize(1);
        collector.collectAfterwards();
        assertThat(content.list()).isEqualTo(List.of());
    }
}
