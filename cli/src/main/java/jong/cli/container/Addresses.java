package jong.cli.container;

/** Tells addresses from names without asking a name server. */
final class Addresses {

    private Addresses() {}

    /** Whether the text is an IPv4 address in four parts, or looks like an IPv6 one. */
    static boolean isAddress(String text) {
        if (text.indexOf(':') >= 0) {
            return text.chars().allMatch(c -> c == ':' || c == '.' || c == '%' || isHex(c));
        }
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || !part.chars().allMatch(Character::isDigit)
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(int c) {
        return Character.digit(c, 16) >= 0;
    }
}
