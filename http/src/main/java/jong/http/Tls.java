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
import org.jspecify.annotations.Nullable;

/**
 * The server's half of TLS 1.2 and 1.3, by the JDK's implementation. May be used by several threads
 * at once.
 */
public final class Tls {

    private final Path certificate;
    private final Path key;
    private final @Nullable Path authorities;
    private volatile SslContext context;

    private Tls(Path certificate, Path key, @Nullable Path authorities) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.authorities = authorities;
        this.context = read(certificate, key, authorities);
    }

    /**
     * TLS for clients of any kind.
     *
     * @param certificate the certificate and its chain, PEM
     * @param key the private key, PKCS#8 in PEM
     * @throws IOException if a file cannot be read or used
     */
    public static Tls of(Path certificate, Path key) throws IOException {
        return new Tls(certificate, key, null);
    }

    /**
     * TLS for clients that have a certificate.
     *
     * @param authorities PEM certificates; one of them must have signed the client's
     * @throws IOException if a file cannot be read or used
     */
    public static Tls withClientCertificates(Path certificate, Path key, Path authorities)
            throws IOException {
        return new Tls(certificate, key, authorities);
    }

    /**
     * Reads the files anew, for the connections to come; those that are there go on.
     *
     * @throws IOException if a file cannot be read or used; then all stays as it was
     */
    public void reload() throws IOException {
        context = read(certificate, key, authorities);
    }

    private static SslContext read(Path certificate, Path key, @Nullable Path authorities)
            throws IOException {
        SslContextBuilder builder = builder(certificate, key);
        if (authorities == null) {
            return build(certificate, key, builder);
        }
        builder.clientAuth(ClientAuth.REQUIRE);
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

    private static SslContext build(Path certificate, Path key, SslContextBuilder builder)
            throws IOException {
        try {
            return builder.build();
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
