/** Arguments in, API calls out, text to the terminal. */
@org.jspecify.annotations.NullMarked
module jong.cli {
    requires static transitive org.jspecify;
    requires jong.api;
    requires jdk.unsupported;
}
