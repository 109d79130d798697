package jong.linux.nftables;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A named map.
 *
 * @param table where it is
 * @param name its name
 * @param key the fields of its keys
 * @param data the fields of its values
 */
public record NftMap(NftTable table, String name, List<NftType> key, List<NftType> data) {
    private static final int BITS_OF_A_TYPE = 6;

    /** Copies the lists. */
    public NftMap {
        key = List.copyOf(key);
        data = List.copyOf(data);
    }

    /**
     * One entry.
     *
     * @param key a value for each field of the key
     * @param data a value for each field of the data; none where only the key counts
     */
    public record Element(List<byte[]> key, List<byte[]> data) {
        /** Copies the lists. */
        public Element {
            key = List.copyOf(key);
            data = List.copyOf(data);
        }
    }

    /** nft's number for joined types. */
    static int typeNumber(List<NftType> types) {
        int number = 0;
        for (var type : types) {
            number = (number << BITS_OF_A_TYPE) | type.number();
        }
        return number;
    }

    static int bytes(List<NftType> types) {
        return types.stream().mapToInt(NftType::alignedBytes).sum();
    }

    /** Joined fields, each filled up to four bytes. */
    static byte[] join(List<NftType> types, List<byte[]> values) {
        var joined = ByteBuffer.allocate(bytes(types));
        int place = 0;
        for (int i = 0; i < types.size(); i++) {
            var value = values.get(i);
            if (value.length != types.get(i).bytes()) {
                throw new IllegalArgumentException(
                        types.get(i)
                                + " has "
                                + types.get(i).bytes()
                                + " bytes, not "
                                + value.length);
            }
            joined.put(place, value);
            place += types.get(i).alignedBytes();
        }
        return joined.array();
    }
}
