package jong.engine.networks;

import java.util.List;
import java.util.Map;
import jong.network.IpamPool;
import jong.network.SubinterfaceSettings;
import jong.network.SubinterfaceSettings.Kind;
import jong.wire.status.StatusException.InvalidArgument;

/**
 * Docker's options of macvlan and ipvlan networks.
 *
 * @param driver {@code macvlan} or {@code ipvlan}
 * @param options as given
 */
record SubinterfaceOptions(String driver, Map<String, String> options) {

    /** Digits of a network's ID in the name of a parent that is made for it. */
    private static final int DIGITS = 12;

    /** Copies the options. */
    SubinterfaceOptions {
        options = Map.copyOf(options);
    }

    /**
     * How the network is to be.
     *
     * @param id of the network
     * @throws InvalidArgument with docker's text, for an option that cannot be
     */
    SubinterfaceSettings settings(String id, List<IpamPool> pools, boolean internal) {
        Kind kind = kind();
        String parent = options.getOrDefault("parent", "");
        boolean leadsNowhere = parent.isEmpty();
        return new SubinterfaceSettings(
                leadsNowhere ? ownParent(id) : parent,
                leadsNowhere,
                pools,
                kind,
                internal || leadsNowhere);
    }

    private String ownParent(String id) {
        return (driver.equals("macvlan") ? "dm-" : "di-") + id.substring(0, DIGITS);
    }

    private Kind kind() {
        if (driver.equals("macvlan")) {
            String mode = option("macvlan_mode", "bridge");
            return Kind.macvlan(mode)
                    .orElseThrow(() -> invalid("mode", mode, "'bridge' mode is the macvlan"));
        }
        String mode = option("ipvlan_mode", "l2");
        String flag = option("ipvlan_flag", "bridge");
        return Kind.ipvlan(mode)
                .orElseThrow(() -> invalid("mode", mode, "'l2' mode is the ipvlan"))
                .withFlag(flag)
                .orElseThrow(() -> invalid("flag", flag, "'bridge' is the ipvlan"));
    }

    private String option(String name, String otherwise) {
        String text = options.getOrDefault(name, "");
        return text.isEmpty() ? otherwise : text;
    }

    private InvalidArgument invalid(String what, String text, String usual) {
        return new InvalidArgument(
                "requested "
                        + driver
                        + " "
                        + what
                        + " '"
                        + text
                        + "' is not valid, "
                        + usual
                        + " driver default");
    }
}
