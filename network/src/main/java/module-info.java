/** Gives a sandbox an interface, an address, a name and a published port. */
@org.jspecify.annotations.NullMarked
module jong.network {
    requires static transitive org.jspecify;
    requires jong.linux;
}
