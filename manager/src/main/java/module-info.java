/** Content in, snapshots made, tasks supervised. */
@org.jspecify.annotations.NullMarked
module jong.manager {
    requires static transitive org.jspecify;
    requires transitive jong.registry;
    requires transitive jong.runtime;
    requires jong.linux;
    requires java.sql;
    requires org.xerial.sqlitejdbc;

    exports jong.manager.images;
    exports jong.manager.metadata;
    exports jong.manager.snapshots;
    exports jong.manager.tasks;
}
