package jong.dist;

/** The two clients that every test runs with. */
enum Client {
    JONG,
    DOCKER;

    /** The program to start: the shipped launcher, or the docker CLI from PATH. */
    String program() {
        return switch (this) {
            case JONG -> Product.launcher("jong").toString();
            case DOCKER -> "docker";
        };
    }
}
