/** What every protocol of Jong shares: Go-compatible JSON, the error classes, and PEM files. */
@org.jspecify.annotations.NullMarked
module jong.wire {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.core;

    exports jong.wire.json;
    exports jong.wire.pem;
    exports jong.wire.status;
}
