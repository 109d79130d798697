package jong.linux.netlink;

import jong.linux.messages.MessageWriter;

/**
 * Limits of what passes an interface, as {@code tc} sets them, to be sent by {@link
 * RouteSocket#execute} (include/uapi/linux/pkt_sched.h, pkt_cls.h).
 */
public final class TrafficControl {
    private static final int NEW_QUEUE = 36;
    private static final int NEW_FILTER = 44;
    private static final int CREATE_OR_REPLACE = 0x400 | 0x100;
    private static final int KIND = 1;
    private static final int OPTIONS = 2;
    private static final int NESTED_ACTION = 1;
    private static final int ROOT = 0xffffffff;
    private static final int INGRESS = 0xfffffff1;
    private static final int INGRESS_HANDLE = 0xffff0000;
    private static final int ROOT_HANDLE = 0x10000;
    private static final int ETHERNET = 1; // TC_LINKLAYER_ETHERNET
    private static final int FIRST_PRIORITY = 1 << 16;
    private static final int ALL_PROTOCOLS = 0x0300; // htons(ETH_P_ALL)
    private static final int STOLEN = 4; // TC_ACT_STOLEN
    private static final int REDIRECT_OUT = 1; // TCA_EGRESS_REDIR
    private static final int TERMINAL = 1; // TC_U32_TERMINAL

    private TrafficControl() {}

    /**
     * Shapes what leaves by an interface by a token bucket (tc-tbf(8)): it is sent no faster than
     * the rate, and what is too much waits in a queue.
     *
     * @param link index of the interface
     * @param bytesPerSecond the rate
     * @param burst bytes that may be sent at once after a pause; at least a largest packet
     * @param limit bytes that wait, the burst included; more are dropped
     */
    public static RouteRequest shape(int link, long bytesPerSecond, int burst, int limit) {
        return new RouteRequest(
                "shape link " + link,
                NEW_QUEUE,
                CREATE_OR_REPLACE,
                message -> {
                    begin(message, link, ROOT_HANDLE, ROOT, 0);
                    message.attribute(KIND, "tbf");
                    message.nested(
                            OPTIONS,
                            () -> {
                                message.attribute(1, tokenBucket(bytesPerSecond, limit));
                                message.attribute64(4, bytesPerSecond);
                                message.attribute32(6, burst);
                            });
                });
    }

    /** struct tc_tbf_qopt; the burst comes in an attribute of its own. */
    private static byte[] tokenBucket(long bytesPerSecond, int limit) {
        return new MessageWriter()
                .u8(0)
                .u8(ETHERNET)
                .u16(0)
                .u16(0)
                .u16(0)
                .u32((int) Math.min(bytesPerSecond, 0xffffffffL))
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(limit)
                .u32(0)
                .u32(0)
                .toBytes();
    }

    /**
     * Has what comes in by an interface leave by another one first, where it can be shaped; an
     * interface of kind {@code ifb} then brings it in as if nothing had been.
     *
     * @param from index of the interface
     * @param to index of the other one
     */
    public static RouteRequest[] redirect(int from, int to) {
        var queue =
                new RouteRequest(
                        "watch what comes in by link " + from,
                        NEW_QUEUE,
                        CREATE_OR_REPLACE,
                        message -> {
                            begin(message, from, INGRESS_HANDLE, INGRESS, 0);
                            message.attribute(KIND, "ingress");
                        });
        var filter =
                new RouteRequest(
                        "redirect link " + from,
                        NEW_FILTER,
                        CREATE_OR_REPLACE,
                        message -> {
                            int info = FIRST_PRIORITY | ALL_PROTOCOLS;
                            begin(message, from, 0, INGRESS_HANDLE, info);
                            message.attribute(KIND, "u32");
                            message.nested(OPTIONS, () -> redirectAll(message, to));
                        });
        return new RouteRequest[] {queue, filter};
    }

    private static void redirectAll(MessageWriter message, int to) {
        message.attribute(5, anything());
        message.nested(
                7,
                () ->
                        message.nested(
                                NESTED_ACTION,
                                () -> {
                                    message.attribute(1, "mirred");
                                    message.nested(2, () -> message.attribute(2, redirection(to)));
                                }));
    }

    /** struct tc_u32_sel with one key, that no bit is looked at for. */
    private static byte[] anything() {
        return new MessageWriter()
                .u8(TERMINAL)
                .u8(0)
                .u8(1)
                .u8(0)
                .u16(0)
                .u16(0)
                .u16(0)
                .u16(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .toBytes();
    }

    /** struct tc_mirred. */
    private static byte[] redirection(int to) {
        return new MessageWriter()
                .u32(0)
                .u32(0)
                .u32(STOLEN)
                .u32(0)
                .u32(0)
                .u32(REDIRECT_OUT)
                .u32(to)
                .toBytes();
    }

    /** struct tcmsg. */
    private static void begin(MessageWriter message, int link, int handle, int parent, int info) {
        message.u32(0).u32(link).u32(handle).u32(parent).u32(info);
    }
}
