/**
 * All talk with the kernel, as typed calls that throw {@code ErrnoException}.
 *
 * <p>The only module that calls native code; it needs {@code --enable-native-access=jong.linux}.
 * Calls run on the caller's thread unless their documentation says otherwise. A native call holds
 * the carrier of a virtual thread, so whatever may wait for long ({@code pidfd}, netlink requests
 * in other namespaces) runs on platform threads of this module.
 */
@org.jspecify.annotations.NullMarked
module jong.linux {
    requires static transitive org.jspecify;

    exports jong.linux;
    exports jong.linux.cgroups;
    exports jong.linux.codecs;
    exports jong.linux.files;
    exports jong.linux.mounts;
    exports jong.linux.netlink;
    exports jong.linux.nftables;
    exports jong.linux.processes;
    exports jong.linux.seccomp;
}
