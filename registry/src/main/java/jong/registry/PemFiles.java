package jong.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM files (RFC 7468). */
final class PemFiles {

    private static final int MAX_KEY_FILE = 1 << 16;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

    /** PKCS #8 (RFC 5208) before an RSA key of PKCS #1: version 0 and rsaEncryption. */
    private static final byte[] RSA_HEAD =
            HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    private PemFiles() {}

    /** All certificates of a file. */
    static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new IOException("no certificates in " + file);
            }
            return all;
        } catch (CertificateException e) {
            throw new IOException("cannot read certificates of " + file, e);
        }
    }

    /**
     * The private key of a file: PKCS #8 of any kind, or RSA in PKCS #1.
     *
     * @throws IOException without a word of the content
     */
    static PrivateKey key(Path file) throws IOException {
        if (Files.size(file) > MAX_KEY_FILE) {
            throw new IOException("private key " + file + " is larger than " + MAX_KEY_FILE);
        }
        Matcher match = KEY.matcher(Files.readString(file, US_ASCII));
        if (!match.find()) {
            throw new IOException(
                    "no private key in " + file + " that is in PKCS #8 or RSA's PKCS #1");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(match.group(2));
        } catch (IllegalArgumentException _) {
            throw new IOException("private key " + file + " is not base64");
        }
        return decode(file, match.group(1).isEmpty() ? der : wrapRsa(der));
    }

    private static PrivateKey decode(Path file, byte[] pkcs8) throws IOException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // One of the others.
            } catch (GeneralSecurityException e) {
                throw new IOException("cannot read private key " + file, e);
            }
        }
        throw new IOException("private key " + file + " is of no kind known here");
    }

    private static byte[] wrapRsa(byte[] pkcs1) throws IOException {
        var inner = new ByteArrayOutputStream();
        inner.write(RSA_HEAD);
        writeDer(inner, OCTET_STRING, pkcs1);
        var outer = new ByteArrayOutputStream();
        writeDer(outer, SEQUENCE, inner.toByteArray());
        return outer.toByteArray();
    }

    /** A DER value: its tag, its length below 64 KiB, its content. */
    private static void writeDer(ByteArrayOutputStream out, int tag, byte[] content)
            throws IOException {
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.write(content);
    }
}
