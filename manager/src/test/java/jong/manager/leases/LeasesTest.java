package jong.manager.leases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jong.manager.metadata.MetadataStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {

    private static final Map<String, String> PULL =
            Map.of("jong/work", "pull", "jong/subject", "a");
    private static final Resource BLOB = new Resource(Resource.Kind.CONTENT, "sha256:1");
    private static final Resource OTHER = Resource.snapshot("x");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path directory;
    private MetadataStore metadata;
    private Leases leases;

    @BeforeEach
    void open() {
        metadata = MetadataStore.open(directory.resolve("metadata.db"));
        leases = at(Duration.ZERO);
    }

    @AfterEach
    void close() {
        metadata.close();
    }

    private Leases at(Duration since) {
        return new Leases(metadata, Clock.fixed(START.plus(since), ZoneOffset.UTC));
    }

    @Test
    void heldLeaseKeepsWhatWasAddedUntilItEnds() throws Exception {
        Lease lease = leases.begin(PULL);
        lease.add(List.of(BLOB));
        assertThat(removes(BLOB)).isFalse();
        assertThat(removes(OTHER)).isTrue();
        lease.close();
        lease.close();
        assertThat(removes(BLOB)).isTrue();
        assertThat(leases.list()).isEmpty();
    }

    @Test
    void whatWasRecordedSurvivesADeathAndWhatWasAddedDoesNot() throws Exception {
        Lease lease = leases.begin(PULL);
        lease.record(List.of(BLOB));
        lease.add(List.of(OTHER));
        leases = at(Duration.ofHours(1));
        assertThat(removes(BLOB)).isFalse();
        assertThat(removes(OTHER)).isTrue();
        LeaseInfo left = leases.list().getFirst();
        assertThat(left.labels()).isEqualTo(PULL);
        assertThat(left.expires()).isEqualTo(START.plus(Leases.TIME_TO_RESUME));
    }

    @Test
    void leaseThatWasLeftIsTakenOverByTheSameWork() throws Exception {
        Lease lease = leases.begin(PULL);
        lease.record(List.of(BLOB));
        assertThat(leases.begin(PULL).id()).as("held by another").isNotEqualTo(lease.id());
        lease.leave();
        leases = at(Duration.ofHours(1));
        try (Lease other = leases.begin(Map.of("jong/work", "load"))) {
            assertThat(other.resumed()).isFalse();
        }
        try (Lease again = leases.begin(PULL)) {
            assertThat(again.id()).isEqualTo(lease.id());
            assertThat(again.resumed()).isTrue();
            assertThat(leases.expire()).as("held leases do not expire").isZero();
        }
        assertThat(removes(BLOB)).isTrue();
        assertThat(metadata.bucket("leases").entries()).isEmpty();
    }

    @Test
    void workThatIsDoneEndsWhatAnAttemptBesideItLeft() {
        Lease first = leases.begin(PULL);
        Lease second = leases.begin(PULL);
        first.record(List.of(BLOB));
        first.leave();
        second.close();
        assertThat(leases.list()).isEmpty();
    }

    @Test
    void leaseThatWasLeftExpires() throws Exception {
        Lease lease = leases.begin(PULL);
        lease.record(List.of(BLOB));
        lease.leave();
        assertThat(leases.expire()).isZero();
        leases = at(Leases.TIME_TO_RESUME.minusSeconds(1));
        assertThat(leases.expire()).isZero();
        assertThat(removes(BLOB)).isFalse();
        leases = at(Leases.TIME_TO_RESUME);
        assertThat(leases.expire()).isOne();
        assertThat(removes(BLOB)).isTrue();
        assertThat(metadata.bucket("leases").entries()).isEmpty();
    }

    @Test
    void leaseWithoutRecordsIsNotLeft() {
        Lease lease = leases.begin(PULL);
        lease.add(List.of(BLOB));
        lease.leave();
        assertThat(leases.list()).isEmpty();
    }

    @Test
    void whatIsLeftIsReleasedOnDemandAndWhatIsHeldIsNot() {
        Lease left = leases.begin(PULL);
        left.record(List.of(BLOB));
        left.leave();
        Lease held = leases.begin(Map.of());
        held.record(List.of(OTHER));
        assertThat(leases.releaseLeft()).isOne();
        assertThat(leases.list()).extracting(LeaseInfo::id).containsExactly(held.id());
    }

    @Test
    void sweepKeepsWhatALeaseHadSinceItBegan() throws Exception {
        try (Sweep sweep = leases.sweep()) {
            try (Lease lease = leases.begin(PULL)) {
                lease.add(List.of(BLOB));
            }
            assertThat(sweep.remove(BLOB, () -> {})).isFalse();
            assertThat(sweep.remove(OTHER, () -> {})).isTrue();
            assertThatThrownBy(leases::sweep).isInstanceOf(IllegalStateException.class);
        }
        assertThat(removes(BLOB)).isTrue();
    }

    @Test
    void whoWantsWhatIsBeingRemovedWaitsUntilItIsGone() throws Exception {
        var order = new AtomicInteger();
        var asking = new CountDownLatch(1);
        Thread asker;
        try (Sweep sweep = leases.sweep();
                Lease lease = leases.begin(PULL)) {
            asker =
                    Thread.ofPlatform()
                            .unstarted(() -> {
                                asking.countDown();
                                lease.add(List.of(BLOB));
                                order.compareAndSet(1, 2);
                            });
            sweep.remove(
                    BLOB,
                    () -> {
                        asker.start();
                        await(asking);
                        while (asker.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                        order.set(1);
                    });
            asker.join();
        }
        assertThat(order).hasValue(2);
    }

    @Test
    void temporarySnapshotsHaveKeysOfTheirOwn() throws Exception {
        try (Lease lease = leases.begin(PULL);
                Lease other = leases.begin(PULL)) {
            List<String> keys =
                    List.of(
                            lease.temporarySnapshot(),
                            lease.temporarySnapshot(),
                            other.temporarySnapshot());
            assertThat(keys).doesNotHaveDuplicates().allMatch(Leases::isTemporary);
            assertThat(removes(Resource.snapshot(keys.getFirst()))).isFalse();
        }
    }

    private boolean removes(Resource resource) throws IOException {
        try (Sweep sweep = leases.sweep()) {
            return sweep.remove(resource, () -> {});
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
