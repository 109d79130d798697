package jong.runtime.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * {@code linux.memoryPolicy} as set_mempolicy(2) takes it.
 *
 * @param mode {@code MPOL_…} and {@code MPOL_F_…} (include/uapi/linux/mempolicy.h)
 * @param nodes the mask, lowest byte first; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, compared by nobody.
record MemoryPolicy(int mode, byte[] nodes) {

    static final List<String> MODES =
            List.of(
                    "MPOL_DEFAULT",
                    "MPOL_PREFERRED",
                    "MPOL_BIND",
                    "MPOL_INTERLEAVE",
                    "MPOL_LOCAL",
                    "MPOL_PREFERRED_MANY",
                    "MPOL_WEIGHTED_INTERLEAVE");
    private static final Set<String> WITHOUT_NODES = Set.of("MPOL_DEFAULT", "MPOL_LOCAL");
    static final Map<String, Integer> FLAGS =
            Map.of(
                    "MPOL_F_STATIC_NODES", 1 << 15,
                    "MPOL_F_RELATIVE_NODES", 1 << 14,
                    "MPOL_F_NUMA_BALANCING", 1 << 13);

    /**
     * Reads the object of the configuration.
     *
     * @throws InvalidArgument with runc's text
     */
    static MemoryPolicy of(JsonObject policy) {
        String word = policy.string("mode");
        int mode = MODES.indexOf(word);
        if (mode < 0) {
            throw new InvalidArgument("invalid memory policy mode \"" + word + '"');
        }
        byte[] nodes = nodes(policy.string("nodes"));
        int flags = 0;
        for (String name : policy.strings("flags")) {
            Integer flag = FLAGS.get(name);
            if (flag == null) {
                throw new InvalidArgument("invalid memory policy flag \"" + name + '"');
            }
            flags |= flag;
        }
        checkCount(word, java.util.BitSet.valueOf(nodes).cardinality());
        return new MemoryPolicy(mode | flags, nodes);
    }

    private static byte[] nodes(String list) {
        try {
            return list.isEmpty() ? new byte[0] : BitList.parse(list);
        } catch (InvalidArgument e) {
            throw new InvalidArgument(
                    "invalid memory policy nodes \"" + list + "\": " + e.getMessage(), e);
        }
    }

    private static void checkCount(String mode, int count) {
        if (WITHOUT_NODES.contains(mode) && count > 0) {
            throw new InvalidArgument("memory policy mode requires 0 nodes but got " + count);
        }
        if (!WITHOUT_NODES.contains(mode) && !mode.equals("MPOL_PREFERRED") && count == 0) {
            throw new InvalidArgument("memory policy mode requires at least one node but got 0");
        }
    }
}
