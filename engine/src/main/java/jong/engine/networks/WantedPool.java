package jong.engine.networks;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import jong.network.Family;
import jong.network.IpamPool;
import jong.network.Subnet;
import jong.wire.json.JsonObject;

/**
 * One element of {@code IPAM.Config}, checked.
 *
 * @param subnet the addresses
 * @param range the part of the subnet for endpoints that ask for no address
 * @param gateway the gateway's address asked for
 * @param reserved the auxiliary addresses
 */
record WantedPool(
        Subnet subnet,
        Optional<Subnet> range,
        Optional<InetAddress> gateway,
        List<InetAddress> reserved) {

    /** A subnet about which nothing more is asked. */
    static WantedPool of(Subnet subnet) {
        return new WantedPool(subnet, Optional.empty(), Optional.empty(), List.of());
    }

    /**
     * Reads an element, with dockerd's checks.
     *
     * @param errors where dockerd's texts of what is wrong go
     * @return nothing if something is wrong
     */
    static Optional<WantedPool> read(JsonObject config, List<String> errors) {
        String text = config.string("Subnet");
        Optional<Subnet> given = parse(text, Subnet::parse);
        if (given.isEmpty()) {
            errors.add("invalid subnet " + text + ": invalid CIDR block notation");
            return Optional.empty();
        }
        Subnet subnet = given.get();
        int before = errors.size();
        if (!isMasked(text, subnet)) {
            errors.add("invalid subnet " + text + ": it should be " + subnet);
        }
        Optional<Subnet> range = range(config.string("IPRange"), subnet, errors);
        Optional<InetAddress> gateway =
                address("gateway " + config.string("Gateway"), config.string("Gateway"), subnet)
                        .orNote(errors);
        var reserved = new ArrayList<InetAddress>();
        config.stringMap("AuxiliaryAddresses")
                .forEach((name, auxiliary) ->
                        address("auxiliary address " + name, auxiliary, subnet)
                                .orNote(errors)
                                .ifPresent(reserved::add));
        return errors.size() > before
                ? Optional.empty()
                : Optional.of(new WantedPool(subnet, range, gateway, List.copyOf(reserved)));
    }

    private static Optional<Subnet> range(String text, Subnet subnet, List<String> errors) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Subnet> range = parse(text, Subnet::parse);
        String wrong = "invalid ip-range " + text + ": ";
        if (range.isEmpty()) {
            errors.add(wrong + "invalid CIDR block notation");
        } else if (range.get().family() != subnet.family()) {
            errors.add(wrong + "parent subnet is an " + subnet.family() + " block");
        } else if (range.get().prefixLength() < subnet.prefixLength()) {
            errors.add(wrong + "CIDR block is bigger than its parent subnet " + subnet);
        } else if (!isMasked(text, range.get())) {
            errors.add(wrong + "it should be " + range.get());
        } else if (!subnet.overlaps(range.get())) {
            errors.add(wrong + "parent subnet " + subnet + " doesn't contain ip-range");
        }
        return range;
    }

    /** An address, or why it is none; both empty where none was given. */
    private record Checked(Optional<InetAddress> address, Optional<String> wrong) {
        Optional<InetAddress> orNote(List<String> errors) {
            wrong.ifPresent(errors::add);
            return address;
        }
    }

    private static Checked address(String what, String text, Subnet subnet) {
        if (text.isEmpty()) {
            return new Checked(Optional.empty(), Optional.empty());
        }
        Optional<InetAddress> address = parse(text, Subnet::parseAddress);
        String why = "";
        if (address.isEmpty()) {
            why = "invalid address";
        } else if (Family.of(address.get()) != subnet.family()) {
            why = "parent subnet is an " + subnet.family() + " block";
        } else if (!subnet.contains(address.get())) {
            why = "parent subnet " + subnet + " doesn't contain this address";
        }
        return why.isEmpty()
                ? new Checked(address, Optional.empty())
                : new Checked(Optional.empty(), Optional.of("invalid " + what + ": " + why));
    }

    /** The pool that this becomes. */
    IpamPool pool() {
        return new IpamPool(
                subnet, range.orElse(subnet), gateway.or(() -> Optional.of(first())), reserved);
    }

    /** The gateway takes the first address that an endpoint could have, as in docker. */
    private InetAddress first() {
        InetAddress first =
                range.filter(part -> !part.network().equals(subnet.network()))
                        .map(Subnet::network)
                        .orElseGet(() -> subnet.at(1));
        long offset = subnet.offset(first);
        while (reserved.contains(subnet.at(offset))) {
            offset++;
        }
        return subnet.at(offset);
    }

    private static boolean isMasked(String text, Subnet subnet) {
        String address = text.substring(0, text.indexOf('/'));
        return Subnet.parseAddress(address).equals(subnet.network());
    }

    private static <T> Optional<T> parse(String text, Function<String, T> reader) {
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException _) {
            // The caller says it in docker's words.
            return Optional.empty();
        }
    }
}
