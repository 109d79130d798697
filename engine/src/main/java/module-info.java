/** Docker's behaviour, served over REST. */
@org.jspecify.annotations.NullMarked
module jong.engine {
    requires static transitive org.jspecify;
    requires transitive jong.api;
    requires jong.network;
    requires jong.manager;
}
