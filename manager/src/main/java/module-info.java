/** Content in, snapshots made, tasks supervised. */
@org.jspecify.annotations.NullMarked
module jong.manager {
    requires static transitive org.jspecify;
    requires transitive jong.registry;
    requires transitive jong.runtime;
    requires jong.linux;

    exports jong.manager.snapshots;
    exports jong.manager.tasks;
}
