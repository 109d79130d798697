package jong.wire.pem;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of certificates and private keys as text (RFC 7468), which may have both. What is neither,
 * such as the curve's parameters that openssl writes, is passed over.
 */
public final class PemFile {

    private static final int MAX_BYTES = 4 << 20;
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]++)-----END \\1-----");
    private static final Pattern ENCRYPTED =
            Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED");

    private final Path file;
    private final String text;

    private PemFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    private record Block(String label, String base64) {}

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or is larger than 4 MiB
     */
    public static PemFile read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        // Comments may be in any encoding; what counts is in ASCII.
        return new PemFile(file, new String(Files.readAllBytes(file), US_ASCII));
    }

    /**
     * All certificates, in the file's order.
     *
     * @throws IOException if there is none, or one that cannot be read
     */
    public List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(content(block)));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("no certificates in " + file);
        }
        return certificates;
    }

    private X509Certificate certificate(byte[] der) throws IOException {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IOException("cannot read certificates of " + file, e);
        }
    }

    /**
     * The first private key: PKCS #8 of any kind, RSA in PKCS #1, or one of an elliptic curve in
     * SEC 1.
     *
     * @throws IOException without a word of the content
     */
    public PrivateKey privateKey() throws IOException {
        for (Block block : blocks()) {
            if (block.label().endsWith("PRIVATE KEY")) {
                return new EncodedKey(block.label(), content(block)).decode(file);
            }
        }
        throw new IOException(
                ENCRYPTED.matcher(text).find()
                        ? "private key " + file + " is encrypted, which is not supported"
                        : "no private key in " + file);
    }

    private List<Block> blocks() {
        return BLOCK.matcher(text)
                .results()
                .map(match -> new Block(match.group(1), match.group(2)))
                .filter(block -> !block.label().startsWith("ENCRYPTED "))
                .toList();
    }

    private byte[] content(Block block) throws IOException {
        try {
            return Base64.getMimeDecoder().decode(block.base64());
        } catch (IllegalArgumentException _) {
            throw new IOException(block.label() + " of " + file + " is not base64");
        }
    }
}
