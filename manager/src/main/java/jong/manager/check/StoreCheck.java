package jong.manager.check;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import jong.linux.KernelThreads;
import jong.oci.Digest;
import jong.registry.RegistryAuth;

/**
 * Verifies the store as a whole: hashes content, compares content, metadata, snapshots and
 * containers with each other, and mends what can be mended: lost content is fetched again from
 * where it came, layers are unpacked again from their archives, what belongs to nothing goes.
 *
 * <p>It runs beside all other work. It reads all content, so it takes as long as reading that from
 * disk.
 */
public final class StoreCheck {

    /** Work under way changes several things, one after the other, within this time. */
    private static final Duration SETTLED = Duration.ofMillis(500);

    /** A mended document may tell of damage behind it: manifest, configuration, layers. */
    private static final int MAX_ROUNDS = 4;

    private final Stores stores;
    private final ContainerSnapshots containers;

    /** A check that can be run any number of times. */
    public StoreCheck(Stores stores, ContainerSnapshots containers) {
        this.stores = stores;
        this.containers = containers;
    }

    /** As the other, with nothing to prove to registries. */
    public CheckReport run(boolean full, boolean repair) throws IOException, InterruptedException {
        return run(full, repair, _ -> RegistryAuth.ANONYMOUS);
    }

    /**
     * Looks and reports.
     *
     * @param full whether each layer's files are compared with its archive too, which unpacks them
     *     once more, one at a time
     * @param repair whether to mend what was found
     * @param credentials what to prove to a registry when content is fetched again, by its domain
     */
    public CheckReport run(boolean full, boolean repair, Function<String, RegistryAuth> credentials)
            throws IOException, InterruptedException {
        Set<Damage> before = consistency();
        var content = new ContentCheck(stores.content());
        List<Damage> corrupt = content.run();
        List<Damage> layers = full ? layers(corrupt) : List.of();
        Set<Damage> damage = confirmed(before);
        damage.addAll(corrupt);
        damage.addAll(layers);
        List<Finding> findings = repair ? repair(damage, credentials) : found(damage);
        return new CheckReport(
                stores.inventory().images().size(),
                stores.inventory().layers().size(),
                content.count(),
                content.bytes(),
                findings);
    }

    private List<Damage> layers(List<Damage> corrupt) throws IOException {
        Set<Digest> known = new HashSet<>();
        corrupt.forEach(damage -> known.add(Digest.parse(damage.subject())));
        return KernelThreads.call(() -> new LayerCheck(stores, known).run());
    }

    private Set<Damage> consistency() throws IOException {
        return KernelThreads.call(() -> new ConsistencyCheck(stores, containers).run());
    }

    private Set<Damage> confirmed(Set<Damage> before) throws IOException, InterruptedException {
        if (before.isEmpty()) {
            return new LinkedHashSet<>();
        }
        Thread.sleep(SETTLED);
        Set<Damage> now = consistency();
        now.retainAll(before);
        return now;
    }

    private static List<Finding> found(Set<Damage> damage) {
        return damage.stream()
                .sorted(Comparator.comparing(Damage::kind))
                .map(each -> new Finding(each, false, ""))
                .toList();
    }

    private List<Finding> repair(Set<Damage> found, Function<String, RegistryAuth> credentials)
            throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Set<Damage> known = new HashSet<>();
        Set<Damage> next = found;
        for (int round = 0; round < MAX_ROUNDS && !next.isEmpty(); round++) {
            List<Damage> ordered =
                    next.stream().sorted(Comparator.comparing(Damage::kind)).toList();
            var repair = new Repair(stores, containers, credentials);
            for (Damage damage : ordered) {
                findings.add(KernelThreads.call(() -> repaired(repair, damage)));
            }
            known.addAll(next);
            next = confirmed(consistency());
            next.removeAll(known);
        }
        return findings;
    }

    private static Finding repaired(Repair repair, Damage damage) {
        try {
            return repair.repair(damage);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding(damage, false, "interrupted");
        }
    }
}
