package jong.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import jong.registry.hosts.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP clients, one for each way of checking certificates. They are made when first
 * needed, since they cost memory and threads, and anew when a file of certificates has changed.
 */
final class HttpClients implements AutoCloseable {

    /** Those used longest ago go when there are more. */
    private static final int MAX_CLIENTS = 16;

    /** Lets a name and a password go to proxies for TLS too; dockerd does it without asking. */
    private static final String NO_BASIC = "jdk.http.auth.tunneling.disabledSchemes";

    private final Proxies proxies;

    /** Guarded by itself. */
    private final LinkedHashMap<Key, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Without a client yet.
     *
     * @param proxies which proxy to use for which host
     */
    HttpClients(Proxies proxies) {
        if (System.getProperty(NO_BASIC) == null) {
            System.setProperty(NO_BASIC, ""); // Read once, when the JDK's client is loaded.
        }
        this.proxies = proxies;
    }

    private record Key(TlsSettings tls, List<FileTime> modified, Duration dialTimeout) {}

    /**
     * The client for these settings.
     *
     * @param dialTimeout how long a connection may take
     * @throws IOException if a file of theirs cannot be read
     */
    HttpClient client(TlsSettings tls, Duration dialTimeout) throws IOException {
        var key = new Key(tls, modified(tls), dialTimeout);
        synchronized (clients) {
            HttpClient known = clients.get(key);
            if (known != null) {
                return known;
            }
        }
        HttpClient made = make(tls, dialTimeout);
        synchronized (clients) {
            HttpClient known = clients.putIfAbsent(key, made);
            if (clients.size() > MAX_CLIENTS) {
                HttpClient oldest = clients.pollFirstEntry().getValue();
                oldest.shutdown(); // Once what it is doing is done.
            }
            return known == null ? made : known;
        }
    }

    /** The proxy for an address, or null. */
    @Nullable URI proxy(URI uri) {
        return proxies.proxyOf(uri);
    }

    /** What is told to the proxy for an address, or {@code ""}. */
    String proxyAuthorization(URI uri) {
        return proxies.authorization(uri);
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.values().forEach(HttpClient::shutdownNow);
            clients.clear();
        }
    }

    private HttpClient make(TlsSettings tls, Duration dialTimeout) throws IOException {
        Executor threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("registry-", 0).factory());
        var builder =
                HttpClient.newBuilder()
                        .connectTimeout(dialTimeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(threads);
        if (!tls.equals(TlsSettings.SYSTEM)) {
            builder.sslContext(TlsContexts.of(tls));
        }
        return builder.proxy(proxies).build();
    }

    private static List<FileTime> modified(TlsSettings tls) throws IOException {
        List<Path> files = new ArrayList<>(tls.authorities());
        for (TlsSettings.Identity identity : tls.identities()) {
            files.add(identity.certificate());
            files.add(identity.key());
        }
        List<FileTime> times = new ArrayList<>();
        for (Path file : files) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }
}
