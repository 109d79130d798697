/** All talk with the kernel, as typed calls that throw {@code ErrnoException}. */
@org.jspecify.annotations.NullMarked
module jong.linux {
    requires static transitive org.jspecify;
}
