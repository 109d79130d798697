package jong.engine.config;

import java.util.Locale;
import jong.network.AddressPools.Pool;
import jong.network.Subnet;

/** A value of {@code --default-address-pool}: {@code base=10.0.0.0/8,size=24}. */
final class PoolOption {

    private static final String PREFIX = "invalid default address pool: ";

    private PoolOption() {}

    /**
     * Reads a pool.
     *
     * @throws UsageException with dockerd's text, if it is none
     */
    static Pool parse(String text) {
        Subnet base = null;
        int size = 0;
        for (String field : text.toLowerCase(Locale.ROOT).split(",")) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw wrong("invalid field '" + field + "' must be a key=value pair");
            }
            String value = field.substring(equals + 1);
            switch (field.substring(0, equals)) {
                case "base" -> base = base(value);
                case "size" -> size = size(value);
                default ->
                        throw wrong(
                                "unexpected key '"
                                        + field.substring(0, equals)
                                        + "' in '"
                                        + field
                                        + "'");
            }
        }
        if (base == null) {
            throw wrong("invalid base pool \"\": invalid CIDR address: ");
        }
        try {
            return new Pool(base, size);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    private static Subnet base(String value) {
        try {
            return Subnet.parse(value);
        } catch (IllegalArgumentException e) {
            throw wrong("invalid base pool " + value + ": " + e.getMessage(), e);
        }
    }

    private static int size(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            String why = ": strconv.Atoi: parsing \"" + value + "\": invalid syntax";
            throw wrong("invalid size value: " + value + why, e);
        }
    }

    private static UsageException wrong(String why) {
        return new UsageException(1, PREFIX + why);
    }

    private static UsageException wrong(String why, RuntimeException cause) {
        return new UsageException(PREFIX + why, cause);
    }
}
