package jong.manager.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapReturnTest {

    private final AtomicInteger collections = new AtomicInteger();

    @Test
    void collectsOnceAfterTheLastOfSeveralWorks() throws Exception {
        var heap = new HeapReturn(Duration.ofMillis(200), collections::incrementAndGet);
        Thread first = heap.workEnded();
        Thread last = heap.workEnded();
        first.join();
        last.join();
        assertThat(collections).hasValue(1);
        heap.workEnded().join();
        assertThat(collections).hasValue(2);
    }
}
