package jong.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** The server's half of TLS 1.2 and 1.3, by the JDK's implementation. */
public final class Tls {

    private final SslContext context;

    private Tls(SslContext context) {
        this.context = context;
    }

    /**
     * TLS for clients of any kind.
     *
     * @param certificate the certificate and its chain, PEM
     * @param key the private key, PKCS#8 in PEM
     * @throws IOException if a file cannot be read or used
     */
    public static Tls of(Path certificate, Path key) throws IOException {
        return build(certificate, key, builder(certificate, key));
    }

    /**
     * TLS for clients that have a certificate.
     *
     * @param authorities PEM certificates; one of them must have signed the client's
     * @throws IOException if a file cannot be read or used
     */
    public static Tls withClientCertificates(Path certificate, Path key, Path authorities)
            throws IOException {
        SslContextBuilder builder = builder(certificate, key).clientAuth(ClientAuth.REQUIRE);
        try {
            return build(certificate, key, builder.trustManager(readable(authorities)));
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use the authorities in " + authorities + ": " + e, e);
        }
    }

    private static SslContextBuilder builder(Path certificate, Path key) throws IOException {
        try {
            return SslContextBuilder.forServer(readable(certificate), readable(key))
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
        } catch (IllegalArgumentException e) {
            throw unusable(certificate, key, e);
        }
    }

    private static File readable(Path path) throws IOException {
        if (!Files.isReadable(path)) {
            throw new IOException("cannot read " + path);
        }
        return path.toFile();
    }

    private static Tls build(Path certificate, Path key, SslContextBuilder builder)
            throws IOException {
        try {
            return new Tls(builder.build());
        } catch (SSLException e) {
            throw unusable(certificate, key, e);
        }
    }

    private static IOException unusable(Path certificate, Path key, Exception cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        return new IOException(
                "cannot use certificate " + certificate + " with key " + key + ": " + reason,
                cause);
    }

    SslHandler handler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }
}
