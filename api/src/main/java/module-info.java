/** The Docker Engine API as records, and its client. */
@org.jspecify.annotations.NullMarked
module jong.api {
    requires static transitive org.jspecify;
    requires transitive jong.wire;

    exports jong.api;
    exports jong.api.client;
}
