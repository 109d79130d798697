package jong.registry.server.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import jong.http.Exchange;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Users and passwords from a file of Apache's {@code htpasswd -B}. Whoever has a password may do
 * everything.
 *
 * <p>The file is read again when it changes. Other hashes than bcrypt are refused, as distribution
 * does. A bcrypt costs a tenth of a second by design, so a password that was right is remembered,
 * as a keyed hash, until the file changes.
 */
public final class Htpasswd implements AccessControl {

    /** The hash of no password: unknown users cost as much time as known ones. */
    private static final String NOBODY =
            "$2a$10$......................5h2Jjj/aKf1vZ2LkKBcVUzNSFHyP3q2";

    private static final int MAX_REMEMBERED = 1000;

    /**
     * How many requests may wait for a bcrypt; who guesses passwords fills that, not the server.
     */
    private static final int MAX_WAITING = 100;

    private static final int MAX_PASSWORD_BYTES = 1024;

    private final Path file;
    private final String realm;
    private final SecretKeySpec key = newKey();

    /** Half of the processors compute hashes; the others serve whoever is known. */
    private final Semaphore computations =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    /** By user, the keyed hash of the password that was right. */
    private final Map<String, byte[]> remembered = new ConcurrentHashMap<>();

    private volatile Users users;

    private record Users(FileTime changed, Map<String, String> hashes) {}

    /**
     * Opens a file.
     *
     * @param realm what clients are told to log in to
     * @throws IOException if it cannot be read or has other hashes than bcrypt
     */
    public Htpasswd(Path file, String realm) throws IOException {
        this.file = file;
        this.realm = realm;
        this.users = read(file);
    }

    private static Users read(Path file) throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        Map<String, String> hashes = new HashMap<>();
        for (String line : Files.readAllLines(file, UTF_8)) {
            String entry = line.strip();
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            int colon = entry.indexOf(':');
            if (colon <= 0 || !entry.substring(colon + 1).matches("\\$2[aby]\\$\\d\\d\\$.{53}")) {
                throw new IOException(
                        "cannot use "
                                + file
                                + ": every line must be USER:HASH with a bcrypt hash, as htpasswd"
                                + " -B writes it");
            }
            hashes.put(entry.substring(0, colon), entry.substring(colon + 1));
        }
        return new Users(changed, Map.copyOf(hashes));
    }

    @Override
    public Visitor admit(Exchange exchange, List<Permission> needed) {
        String[] pair = credentials(exchange.header("Authorization"));
        if (pair.length == 2 && isRight(pair[0], pair[1])) {
            return Visitor.unlimited(pair[0]);
        }
        exchange.setHeader("WWW-Authenticate", "Basic realm=\"" + realm + "\"");
        throw new RegistryException(
                ErrorCode.UNAUTHORIZED,
                pair.length == 2 ? "wrong user or password" : "basic authentication is needed");
    }

    /** User and password; nothing if the header is malformed. */
    private static String[] credentials(String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, "Basic ".length())) {
            return new String[0];
        }
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(header.substring("Basic ".length()).strip());
            return new String(decoded, UTF_8).split(":", 2);
        } catch (IllegalArgumentException _) {
            return new String[0];
        }
    }

    private boolean isRight(String user, String password) {
        byte[] bytes = password.getBytes(UTF_8);
        if (bytes.length > MAX_PASSWORD_BYTES) {
            return false;
        }
        Users current = current();
        String hash = current.hashes().get(user);
        byte[] mac = keyed(user, bytes);
        if (hash != null && MessageDigest.isEqual(mac, remembered.get(user))) {
            return true;
        }
        boolean right = matches(bytes, hash == null ? NOBODY : hash) && hash != null;
        if (right && remembered.size() < MAX_REMEMBERED) {
            remembered.put(user, mac);
        }
        return right;
    }

    private boolean matches(byte[] password, String hash) {
        if (computations.getQueueLength() >= MAX_WAITING) {
            throw new RegistryException(
                    ErrorCode.TOOMANYREQUESTS, "too many passwords are being checked");
        }
        computations.acquireUninterruptibly();
        try {
            return BCrypt.checkpw(password, hash);
        } finally {
            computations.release();
        }
    }

    private Users current() {
        try {
            if (!Files.getLastModifiedTime(file).equals(users.changed())) {
                Users fresh = read(file);
                remembered.clear();
                users = fresh;
            }
        } catch (IOException e) {
            // Whoever is just writing it may not lock everybody out; the next request looks again.
            System.getLogger(Htpasswd.class.getName())
                    .log(System.Logger.Level.WARNING, "keeping the users known: " + e.getMessage());
        }
        return users;
    }

    private byte[] keyed(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(user.getBytes(UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", e);
        }
    }

    private static SecretKeySpec newKey() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, "HmacSHA256");
    }
}
