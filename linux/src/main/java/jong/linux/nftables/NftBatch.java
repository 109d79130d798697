package jong.linux.nftables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jong.linux.messages.MessageWriter;
import jong.linux.messages.NetlinkSocket;

/**
 * Changes to be carried out together. The order counts: a table comes before its chains. For one
 * thread.
 */
public final class NftBatch {
    static final int SUBSYSTEM = 10 << 8; // NFNL_SUBSYS_NFTABLES
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NEW_TABLE = 0;
    private static final int DELETE_TABLE = 2;
    private static final int NEW_CHAIN = 3;
    private static final int DELETE_CHAIN = 5;
    private static final int NEW_RULE = 6;
    private static final int DELETE_RULE = 8;
    private static final int NEW_SET = 9;
    private static final int DELETE_SET = 11;
    private static final int NEW_ELEMENT = 12;
    private static final int DELETE_ELEMENT = 14;
    private static final int CREATE = 0x400;
    private static final int EXCLUSIVE = 0x200;
    private static final int APPEND = 0x800;
    private static final int SET_IS_MAP = 0x8;
    private static final int LIST_ELEMENT = 1;

    /** Far from the 65535 bytes that a list may have, whatever the types of the map. */
    private static final int MOST_ELEMENTS_OF_A_MESSAGE = 500;

    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;
    private static final int VERDICT_TYPE = 0xffffff00; // NFT_DATA_VERDICT
    private static final int JUMP = -3; // NFT_JUMP

    /** For nft's listings, in libnftnl's form: type, length, number in the machine's order. */
    private static final byte[] KEY_IN_HOST_ORDER =
            ByteBuffer.allocate(6)
                    .order(ByteOrder.nativeOrder())
                    .put((byte) 0)
                    .put((byte) 4)
                    .putInt(1)
                    .array();

    private static final int ACCEPT = 1;

    private final MessageWriter message = new MessageWriter();
    private final List<String> names = new ArrayList<>();
    private int maps;

    /** An empty batch. */
    public NftBatch() {
        message.begin(BATCH_BEGIN, 1, names.size());
        message.u8(0).u8(0).bigEndian16(SUBSYSTEM >>> 8);
        names.add("nftables batch");
    }

    /** Makes a table, unless it is there. */
    public NftBatch addTable(NftTable table) {
        begin("add table " + table.name(), NEW_TABLE, CREATE, table);
        message.attribute(1, table.name());
        return this;
    }

    /** Deletes a table with all it holds; ENOENT when there is none. */
    public NftBatch deleteTable(NftTable table) {
        begin("delete table " + table.name(), DELETE_TABLE, 0, table);
        message.attribute(1, table.name());
        return this;
    }

    /** Makes the table anew, empty, whether or not it is there. */
    public NftBatch replaceTable(NftTable table) {
        return addTable(table).deleteTable(table).addTable(table);
    }

    /** Makes a chain that sees packets at a hook, and accepts what its rules let through. */
    public NftBatch addChain(NftTable table, String name, NftHook hook) {
        begin("add chain " + name, NEW_CHAIN, CREATE, table);
        message.attribute(1, table.name()).attribute(3, name);
        message.nested(
                4,
                () ->
                        message.attributeBigEndian32(1, hook.point().number())
                                .attributeBigEndian32(2, hook.priority()));
        message.attributeBigEndian32(5, ACCEPT).attribute(7, hook.type().word());
        return this;
    }

    /** Makes a chain that sees what is sent to it by a jump, unless it is there. */
    public NftBatch addChain(NftTable table, String name) {
        begin("add chain " + name, NEW_CHAIN, CREATE, table);
        message.attribute(1, table.name()).attribute(3, name);
        return this;
    }

    /** Deletes all rules of a chain; ENOENT when there is no such chain. */
    public NftBatch flushChain(NftTable table, String name) {
        begin("flush chain " + name, DELETE_RULE, 0, table);
        message.attribute(1, table.name()).attribute(2, name);
        return this;
    }

    /** Deletes a chain without rules that nothing jumps to; EBUSY otherwise. */
    public NftBatch deleteChain(NftTable table, String name) {
        begin("delete chain " + name, DELETE_CHAIN, 0, table);
        message.attribute(1, table.name()).attribute(3, name);
        return this;
    }

    /** Makes a map, or a set if it has no data; EEXIST when the name is taken. */
    public NftBatch addMap(NftMap map) {
        set(map.table(), map.name(), map.key(), map.data().isEmpty() ? 0 : SET_IS_MAP);
        if (!map.data().isEmpty()) {
            message.attributeBigEndian32(6, NftMap.typeNumber(map.data()));
            message.attributeBigEndian32(7, NftMap.bytes(map.data()));
        }
        message.attributeBigEndian32(10, ++maps); // NFTA_SET_ID, of this batch alone.
        return this;
    }

    /** Makes a map to chains; EEXIST when the name is taken. */
    public NftBatch addMap(NftInterfaceMap map) {
        set(map.table(), map.name(), NftInterfaceMap.KEY, SET_IS_MAP);
        message.attributeBigEndian32(6, VERDICT_TYPE).attributeBigEndian32(7, 0);
        message.attributeBigEndian32(10, ++maps);
        message.attribute(13, KEY_IN_HOST_ORDER);
        return this;
    }

    /** Deletes a map or set that no rule uses, with its entries; EBUSY otherwise. */
    public NftBatch deleteMap(NftTable table, String name) {
        begin("delete map " + name, DELETE_SET, 0, table);
        message.attribute(1, table.name()).attribute(2, name);
        return this;
    }

    private void set(NftTable table, String name, List<NftType> key, int flags) {
        begin("add map " + name, NEW_SET, CREATE | EXCLUSIVE, table);
        message.attribute(1, table.name()).attribute(2, name);
        message.attributeBigEndian32(3, flags);
        message.attributeBigEndian32(4, NftMap.typeNumber(key));
        message.attributeBigEndian32(5, NftMap.bytes(key));
    }

    /** Puts entries into a map; EEXIST when one of the keys is there. */
    public NftBatch addElements(NftMap map, List<NftMap.Element> elements) {
        return elements(
                "add element to " + map.name(), NEW_ELEMENT, CREATE | EXCLUSIVE, map, elements);
    }

    /** Has a map name a chain, which is there, for an interface; EEXIST when it names one. */
    public NftBatch addElement(NftInterfaceMap map, String interfaceName, String chain) {
        begin("add element to " + map.name(), NEW_ELEMENT, CREATE | EXCLUSIVE, map.table());
        message.attribute(1, map.table().name()).attribute(2, map.name());
        message.nested(3, () -> message.nested(LIST_ELEMENT, () -> jump(interfaceName, chain)));
        return this;
    }

    /** Takes entries out of a map, by their keys; ENOENT when one is not there. */
    public NftBatch deleteElements(NftMap map, List<NftMap.Element> elements) {
        return elements("delete element of " + map.name(), DELETE_ELEMENT, 0, map, elements);
    }

    /** Adds a rule behind the others of a chain. */
    public NftBatch addRule(NftTable table, String chain, NftRule rule) {
        return rule(table, chain, rule, CREATE | APPEND);
    }

    /** Puts a rule before the others of a chain. */
    public NftBatch insertRule(NftTable table, String chain, NftRule rule) {
        return rule(table, chain, rule, CREATE);
    }

    /** Deletes a rule by the handle that {@link NftSocket#rules} tells. */
    public NftBatch deleteRule(NftTable table, String chain, long handle) {
        begin("delete rule of " + chain, DELETE_RULE, 0, table);
        message.attribute(1, table.name()).attribute(2, chain);
        message.attribute(3, ByteBuffer.allocate(8).putLong(handle).array());
        return this;
    }

    /** Whether nothing is to be done. */
    public boolean isEmpty() {
        return names.size() == 1;
    }

    List<String> names() {
        return List.copyOf(names);
    }

    byte[] toBytes() {
        message.begin(BATCH_END, 1, names.size());
        message.u8(0).u8(0).bigEndian16(SUBSYSTEM >>> 8);
        return message.toBytes();
    }

    private NftBatch rule(NftTable table, String chain, NftRule rule, int flags) {
        begin("add rule to " + chain, NEW_RULE, flags, table);
        message.attribute(1, table.name()).attribute(2, chain);
        message.nested(4, () -> rule.write(message));
        if (rule.userData().length > 0) {
            message.attribute(7, rule.userData());
        }
        return this;
    }

    private NftBatch elements(
            String name, int type, int flags, NftMap map, List<NftMap.Element> elements) {
        for (int from = 0; from < elements.size(); from += MOST_ELEMENTS_OF_A_MESSAGE) {
            int to = Math.min(elements.size(), from + MOST_ELEMENTS_OF_A_MESSAGE);
            var part = elements.subList(from, to);
            begin(name, type, flags, map.table());
            message.attribute(1, map.table().name()).attribute(2, map.name());
            message.nested(3, () -> part.forEach(element -> element(map, element)));
        }
        return this;
    }

    private void element(NftMap map, NftMap.Element element) {
        message.nested(
                LIST_ELEMENT,
                () -> {
                    var key = NftMap.join(map.key(), element.key());
                    message.nested(1, () -> message.attribute(DATA_VALUE, key));
                    if (!element.data().isEmpty()) {
                        var data = NftMap.join(map.data(), element.data());
                        message.nested(2, () -> message.attribute(DATA_VALUE, data));
                    }
                });
    }

    private void jump(String interfaceName, String chain) {
        byte[] key = NftRule.interfaceName(interfaceName);
        message.nested(1, () -> message.attribute(DATA_VALUE, key));
        message.nested(2, () -> message.nested(DATA_VERDICT, () -> jump(chain)));
    }

    private void jump(String chain) {
        message.attributeBigEndian32(1, JUMP).attribute(2, chain);
    }

    private void begin(String name, int type, int flags, NftTable table) {
        message.begin(SUBSYSTEM | type, NetlinkSocket.REQUEST | flags, names.size());
        message.u8(table.family().number()).u8(0).bigEndian16(0);
        names.add(name);
    }
}
