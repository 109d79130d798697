/** Docker's behaviour, served over REST. */
@org.jspecify.annotations.NullMarked
module jong.engine {
    requires static transitive org.jspecify;
    requires transitive jong.api;
    requires jong.linux;
    requires jong.network;
    requires transitive jong.manager;
    requires java.logging;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    // Only the shared objects for each architecture.
    requires io.netty.transport.epoll.linux.aarch_64;
    requires io.netty.transport.epoll.linux.x86_64;
}
