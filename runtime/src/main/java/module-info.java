/** Turns an OCI bundle into a running process and back. */
@org.jspecify.annotations.NullMarked
module jong.runtime {
    requires static transitive org.jspecify;
    requires transitive jong.oci;
    requires jong.linux;

    exports jong.runtime;
    exports jong.runtime.cgroups;
    exports jong.runtime.monitor;
    exports jong.runtime.plan;
    exports jong.runtime.seccomp;
}
