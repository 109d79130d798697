/** Serves HTTP/1.1 on unix sockets and TCP ports, with or without TLS. */
@org.jspecify.annotations.NullMarked
module jong.http {
    requires static transitive org.jspecify;
    requires transitive jong.wire;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    // Only the shared objects for each architecture.
    requires io.netty.transport.epoll.linux.aarch_64;
    requires io.netty.transport.epoll.linux.x86_64;

    exports jong.http;
}
