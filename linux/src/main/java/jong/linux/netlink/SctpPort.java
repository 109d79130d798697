package jong.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jong.linux.ErrnoException;
import jong.linux.calls.NativeCall;
import jong.linux.calls.Syscall;
import jong.linux.files.Fd;

/** An SCTP port (RFC 9260) that a bound socket holds; nothing is received. */
public final class SctpPort implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int IPPROTO_SCTP = 132;
    private static final int IPV4_BYTES = 16; // struct sockaddr_in
    private static final int IPV6_BYTES = 28; // struct sockaddr_in6
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private final Fd fd;

    private SctpPort(Fd fd) {
        this.fd = fd;
    }

    /**
     * Takes a port, in the calling thread's network namespace. At {@code ::} it takes that of
     * 0.0.0.0 as well.
     *
     * @throws ErrnoException EPROTONOSUPPORT of a kernel without SCTP; EADDRINUSE, EADDRNOTAVAIL
     */
    public static SctpPort bind(InetAddress address, int port) throws ErrnoException {
        boolean ipv4 = address instanceof Inet4Address;
        long opened =
                NativeCall.of(
                        Syscall.SOCKET,
                        ipv4 ? AF_INET : AF_INET6,
                        SOCK_STREAM_CLOEXEC,
                        IPPROTO_SCTP);
        var fd = new Fd((int) NativeCall.check(opened, Syscall.SOCKET, "sctp"), "sctp");
        try (var arena = Arena.ofConfined()) {
            var place = arena.allocate(ipv4 ? IPV4_BYTES : IPV6_BYTES, 4);
            write(place, address, port, ipv4);
            long bound =
                    NativeCall.of(Syscall.BIND, fd.number(), place.address(), place.byteSize());
            NativeCall.check(bound, Syscall.BIND, address, port);
            return new SctpPort(fd);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    private static void write(MemorySegment place, InetAddress address, int port, boolean ipv4) {
        ByteBuffer buffer = place.asByteBuffer().order(ByteOrder.nativeOrder());
        buffer.putShort(0, (short) (ipv4 ? AF_INET : AF_INET6));
        buffer.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port);
        byte[] bytes = address.getAddress();
        MemorySegment.copy(
                bytes, 0, place, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes.length);
    }

    @Override
    public void close() {
        fd.close();
    }
}
