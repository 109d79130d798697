package jong.manager.snapshots;

import java.util.Arrays;
import java.util.Optional;

/** How {@link ErofsSnapshotter} keeps the data of new layers: docs/decisions/0016. */
public enum LayerCompression {

    /** In LZ4, in the image itself. */
    LZ4("lz4"),

    /** Plainly, in the layer's archive. */
    NONE("none");

    private final String optionValue;

    LayerCompression(String optionValue) {
        this.optionValue = optionValue;
    }

    /** What the option of the driver calls it. */
    public String optionValue() {
        return optionValue;
    }

    /** The one that the option means. */
    static Optional<LayerCompression> of(String optionValue) {
        return Arrays.stream(values()).filter(c -> c.optionValue.equals(optionValue)).findFirst();
    }
}
