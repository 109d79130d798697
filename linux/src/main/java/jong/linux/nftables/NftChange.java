package jong.linux.nftables;

import java.util.Optional;
import jong.linux.messages.Message;

/**
 * A change that somebody has made.
 *
 * @param table where
 * @param kind of what
 * @param removed whether it is gone now; otherwise it is new or was changed
 * @param name the chain, of a rule its chain; the map or set, of an element its map; empty for the
 *     table itself
 */
public record NftChange(NftTable table, Kind kind, boolean removed, String name) {
    /** What changes. */
    public enum Kind {
        /** A table. */
        TABLE,
        /** A chain. */
        CHAIN,
        /** A rule. */
        RULE,
        /** A map or set. */
        MAP,
        /** An element of a map or set. */
        ELEMENT
    }

    private static final int FIXED_BYTES = 4; // struct nfgenmsg
    private static final int TABLE_NAME = 1;

    /** Reads one; none of other kinds or of families that {@link NftTable} does not know. */
    static Optional<NftChange> read(Message message) {
        int type = message.type() & 0xff;
        return switch (type) {
            case 0, 2 -> read(message, Kind.TABLE, type == 2, TABLE_NAME);
            case 3, 5 -> read(message, Kind.CHAIN, type == 5, 3);
            case 6, 8 -> read(message, Kind.RULE, type == 8, 2);
            case 9, 11 -> read(message, Kind.MAP, type == 11, 2);
            case 12, 14 -> read(message, Kind.ELEMENT, type == 14, 2);
            default -> Optional.empty();
        };
    }

    private static Optional<NftChange> read(
            Message message, Kind kind, boolean removed, int nameAttribute) {
        if (message.payload().limit() < FIXED_BYTES) {
            return Optional.empty();
        }
        var attributes = message.attributes(FIXED_BYTES);
        String table = attributes.text(TABLE_NAME).orElse("");
        String name = kind == Kind.TABLE ? "" : attributes.text(nameAttribute).orElse("");
        return NftTable.Family.of(message.u8(0))
                .map(family -> new NftChange(new NftTable(family, table), kind, removed, name));
    }
}
