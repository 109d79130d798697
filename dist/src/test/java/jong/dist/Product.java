package jong.dist;

import java.nio.file.Path;

/** Where the assembled product and the fixtures lie. Tests run in the directory dist/. */
final class Product {

    private Product() {}

    /** A launcher of the assembled product: jong, jongd or jong-runc. */
    static Path launcher(String name) {
        return home().resolve("bin").resolve(name);
    }

    /** The product's home, with bin/, lib/ and native/. */
    static Path home() {
        return Path.of("target/jong").toAbsolutePath();
    }

    /** The top of the repository. */
    static Path top() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /** A script that makes a fixture. */
    static Path fixtureScript(String name) {
        return Path.of("src/test/fixtures", name).toAbsolutePath();
    }
}
