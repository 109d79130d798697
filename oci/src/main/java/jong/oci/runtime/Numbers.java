package jong.oci.runtime;

import java.util.List;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;

/** Numbers with the ranges that the specification gives them. */
final class Numbers {

    private static final long UINT32_MAX = 0xffff_ffffL;

    private Numbers() {}

    /** An unsigned 32-bit number, as the bits of an int; 0 if missing. */
    static int unsignedInt(JsonObject object, String name, String owner) {
        return checked(object.number(name), name, owner);
    }

    /** A list of unsigned 32-bit numbers, as the bits of ints. */
    static List<Integer> unsignedInts(JsonObject object, String name, String owner) {
        return object.list(name).stream()
                .map(element -> {
                    if (element instanceof Long number) {
                        return checked(number, name, owner);
                    }
                    throw new InvalidArgument(
                            owner + "." + name + ": not a whole number: " + element);
                })
                .toList();
    }

    private static int checked(long value, String name, String owner) {
        if (value < 0 || value > UINT32_MAX) {
            throw new InvalidArgument(owner + "." + name + ": out of range: " + value);
        }
        return (int) value;
    }
}
