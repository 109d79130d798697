/** Content in, snapshots made, tasks supervised. */
@org.jspecify.annotations.NullMarked
module jong.manager {
    requires static transitive org.jspecify;
    requires transitive jong.registry;
    requires transitive jong.runtime;
    requires transitive jong.linux;
    requires com.github.luben.zstd_jni;
    requires java.sql;
    requires org.apache.commons.compress;
    requires org.tukaani.xz;
    requires org.xerial.sqlitejdbc;

    exports jong.manager.archive;
    exports jong.manager.check;
    exports jong.manager.diff;
    exports jong.manager.erofs;
    exports jong.manager.gc;
    exports jong.manager.images;
    exports jong.manager.leases;
    exports jong.manager.metadata;
    exports jong.manager.pack;
    exports jong.manager.snapshots;
    exports jong.manager.tar;
    exports jong.manager.tasks;
    exports jong.manager.unpack;
}
