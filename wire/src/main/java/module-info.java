/** What every protocol of Jong shares: Go-compatible JSON and the error classes. */
@org.jspecify.annotations.NullMarked
module jong.wire {
    requires static org.jspecify;
    requires io.avaje.json;
}
