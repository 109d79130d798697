/** Docker's behaviour, served over REST. */
@org.jspecify.annotations.NullMarked
module jong.engine {
    requires static transitive org.jspecify;
    requires transitive jong.api;
    requires jong.http;
    requires jong.linux;
    requires jong.network;
    requires transitive jong.manager;
    requires java.logging;
    requires java.net.http;
}
