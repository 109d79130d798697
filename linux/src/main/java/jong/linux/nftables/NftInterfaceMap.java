package jong.linux.nftables;

import java.util.List;

/**
 * A named map from the names of interfaces to chains of the same table.
 *
 * @param table where it is
 * @param name its name
 */
public record NftInterfaceMap(NftTable table, String name) {
    static final List<NftType> KEY = List.of(NftType.INTERFACE_NAME);
}
