package jong.linux.nftables;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A table's identity.
 *
 * @param family which packets it sees
 * @param name its name; nft's language knows letters, digits, {@code _}, {@code .} and slashes
 */
public record NftTable(Family family, String name) {
    /** Protocol families of tables. */
    public enum Family {
        /** IPv4. */
        IP(2),
        /** IPv6. */
        IP6(10),
        /** Both. */
        INET(1);

        private final int number;

        Family(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** The family of a number; none for those that this class does not name. */
        static Optional<Family> of(int number) {
            return Stream.of(values()).filter(family -> family.number == number).findFirst();
        }
    }
}
