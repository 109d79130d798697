package jong.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must be there by what was acknowledged. Of what was under way at a kill nothing is known
 * until one looks.
 */
final class KillModel {

    /** What is known of a thing. */
    enum Presence {
        PRESENT,
        ABSENT,
        UNKNOWN
    }

    private final Map<String, Presence> things = new TreeMap<>();

    synchronized void set(String thing, Presence presence) {
        things.put(thing, presence);
    }

    /** Of all that is there it is not known any more whether it still is. */
    synchronized void doubt(Collection<String> those) {
        those.forEach(thing -> things.replace(thing, Presence.PRESENT, Presence.UNKNOWN));
    }

    synchronized List<String> present() {
        List<String> present = new ArrayList<>();
        things.forEach((thing, presence) -> {
            if (presence == Presence.PRESENT) {
                present.add(thing);
            }
        });
        return present;
    }

    synchronized boolean isPresent(String thing) {
        return things.get(thing) == Presence.PRESENT;
    }

    /** Compares with what is there, and learns what was not known. */
    synchronized void compare(String what, Set<String> found) {
        Set<String> lost = new TreeSet<>(present());
        lost.removeAll(found);
        assertThat(lost).as("acknowledged %s that are lost", what).isEmpty();
        Set<String> back = new TreeSet<>(found);
        back.removeIf(thing -> things.get(thing) != Presence.ABSENT);
        assertThat(back).as("removed %s that are back", what).isEmpty();
        things.replaceAll((thing, _) -> found.contains(thing) ? Presence.PRESENT : Presence.ABSENT);
        assertThat(things.keySet()).as("known %s", what).containsAll(found);
    }
}
