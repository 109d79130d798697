package jong.registry.hosts;

import java.nio.file.Path;
import java.util.List;

/**
 * How a host's certificate is checked and what is shown to it.
 *
 * @param verified whether its certificate must be valid
 * @param authorities files of certificates (PEM) that are trusted besides the system's
 * @param identities what this side may prove itself with
 */
public record TlsSettings(boolean verified, List<Path> authorities, List<Identity> identities) {

    /** The system's authorities, and nothing to show. */
    public static final TlsSettings SYSTEM = new TlsSettings(true, List.of(), List.of());

    /** Any certificate will do. */
    public static final TlsSettings UNVERIFIED = new TlsSettings(false, List.of(), List.of());

    /**
     * A client's certificate with its key.
     *
     * @param certificate a file with the certificate and those that signed it (PEM)
     * @param key a file with its private key (PEM); may be the same file
     */
    public record Identity(Path certificate, Path key) {}

    /** These settings without anything to show: for other hosts that the host sends to. */
    public TlsSettings anonymous() {
        return identities.isEmpty() ? this : new TlsSettings(verified, authorities, List.of());
    }

    /** Copies the lists. */
    public TlsSettings {
        authorities = List.copyOf(authorities);
        identities = List.copyOf(identities);
    }
}
