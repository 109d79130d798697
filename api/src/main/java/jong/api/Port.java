package jong.api;

import jong.wire.status.StatusException;

/**
 * A port of a container, written {@code 80/tcp}.
 *
 * @param number 0 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 */
public record Port(int number, String protocol) {

    /**
     * Parses {@code 80} or {@code 80/udp}; the protocol may be in capitals.
     *
     * @throws StatusException.InvalidArgument if the number or the protocol is not one
     */
    public static Port parse(String text) {
        int slash = text.indexOf('/');
        String number = slash < 0 ? text : text.substring(0, slash);
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1);
        protocol = protocol.toLowerCase(java.util.Locale.ROOT);
        if (!protocol.equals("tcp") && !protocol.equals("udp") && !protocol.equals("sctp")) {
            throw new StatusException.InvalidArgument("invalid proto: " + protocol);
        }
        try {
            int value = Integer.parseInt(number);
            if (value >= 0 && value <= 0xffff) {
                return new Port(value, protocol);
            }
        } catch (NumberFormatException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static StatusException invalid(
            String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new StatusException.InvalidArgument("invalid port '" + text + "'", cause);
    }

    @Override
    public String toString() {
        return number + "/" + protocol;
    }
}
