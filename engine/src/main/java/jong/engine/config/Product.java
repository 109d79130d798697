package jong.engine.config;

/** What this program calls itself. */
public final class Product {

    /** The product's name. */
    public static final String NAME = "Jong";

    /** The version, as {@code docker version} shows it. */
    public static final String VERSION = "0.1.0";

    private Product() {}
}
