package jong.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.reference.Reference;
import jong.registry.hosts.Capability;
import jong.registry.hosts.Endpoint;
import jong.registry.hosts.TlsSettings;
import jong.wire.status.StatusException;

/**
 * A repository of a registry, as seen by one user. May be used by several threads at once.
 *
 * <p>Refusals are {@link StatusException}s with docker's texts; trouble on the way is an {@link
 * IOException}.
 */
public final class Repository {

    private static final String ACCEPT =
            String.join(
                    ", ",
                    MediaTypes.OCI_INDEX,
                    MediaTypes.DOCKER_LIST,
                    MediaTypes.OCI_MANIFEST,
                    MediaTypes.DOCKER_MANIFEST);

    private static final int MAX_PAGES = 16;

    private final RegistryClient client;
    private final Transport transport;
    private final Reference reference;
    private final Session.Refusals refusals;
    private final Session session;

    Repository(
            RegistryClient client,
            Transport transport,
            Reference reference,
            Session.Refusals refusals,
            Session session) {
        this.client = client;
        this.transport = transport;
        this.reference = reference;
        this.refusals = refusals;
        this.session = session;
    }

    /** The ref under which {@link #fetchBlob} receives a blob. */
    public static String ingestRef(Digest blob) {
        return "blob-" + blob;
    }

    /**
     * What a tag points to, without fetching it; empty if the registry does not tell.
     *
     * @throws StatusException.NotFound if there is no such tag or repository
     */
    public Optional<Descriptor> resolve(String tag) throws IOException, InterruptedException {
        return client.ask(
                reference.domain(),
                Capability.RESOLVE,
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "manifests/" + tag);
                    var response = send(endpoint, "HEAD", uri, Map.of("Accept", ACCEPT));
                    response.body().close();
                    return switch (response.statusCode()) {
                        case 200 -> Manifests.described(response);
                        case 401, 404 -> throw refusal(response, InputStream.nullInputStream());
                        // A HEAD has no words for what is wrong: a GET will tell.
                        default -> Optional.empty();
                    };
                });
    }

    /**
     * Fetches a manifest or index.
     *
     * @param tagOrDigest a digest is verified
     */
    public RemoteManifest manifest(String tagOrDigest) throws IOException, InterruptedException {
        boolean byDigest = tagOrDigest.contains(":");
        return client.ask(
                reference.domain(),
                byDigest ? Capability.PULL : Capability.RESOLVE,
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "manifests/" + tagOrDigest);
                    var response = send(endpoint, "GET", uri, Map.of("Accept", ACCEPT));
                    try (InputStream body = response.body()) {
                        if (response.statusCode() != 200) {
                            throw refusal(response, body);
                        }
                        return Manifests.verified(tagOrDigest, response, body);
                    }
                });
    }

    /** All tags, in the registry's order. */
    public List<String> tags() throws IOException, InterruptedException {
        return client.ask(
                reference.domain(),
                Capability.RESOLVE,
                endpoint -> new TagList(session, endpoint, reference).all());
    }

    /**
     * The manifests about another one (distribution-spec, "Listing Referrers"): the pages of an
     * index as they came, at most 16. Of a registry that knows no such lists it is what clients
     * keep under a tag in place of them.
     */
    public List<byte[]> referrers(Digest subject) throws IOException, InterruptedException {
        try {
            return client.ask(
                    reference.domain(),
                    Capability.REFERRERS,
                    endpoint -> {
                        List<byte[]> pages = new ArrayList<>();
                        new Pages(session, endpoint, reference)
                                .read(
                                        "referrers/" + subject,
                                        page -> pages.add(page) && pages.size() < MAX_PAGES);
                        return pages;
                    });
        } catch (StatusException.NotFound _) {
            return referrersTag(subject);
        }
    }

    private List<byte[]> referrersTag(Digest subject) throws IOException, InterruptedException {
        String hex = subject.hex().substring(0, Math.min(64, subject.hex().length()));
        try {
            return List.of(manifest(subject.algorithm() + "-" + hex).bytes());
        } catch (StatusException.NotFound _) {
            return List.of();
        }
    }

    /**
     * Fetches a blob into a store, resuming what an earlier attempt left there. Layers that lie
     * outside of registries are taken from their URLs, without credentials, if the registry does
     * not have them.
     *
     * @throws StatusException.InvalidArgument if digest or size are wrong
     */
    public void fetchBlob(Descriptor blob, ContentStore store, BlobListener listener)
            throws IOException, InterruptedException {
        new BlobDownload(this, client.options(), blob, store, listener).run();
    }

    /**
     * Fetches a small blob into memory.
     *
     * @param limit the greatest size accepted, in bytes
     * @throws StatusException.InvalidArgument if digest or size are wrong
     */
    public byte[] smallBlob(Descriptor blob, int limit) throws IOException, InterruptedException {
        if (blob.size() > limit) {
            throw new StatusException.InvalidArgument(
                    "blob " + blob.digest() + " has " + blob.size() + " bytes, limit " + limit);
        }
        try (InputStream body = openBlob(blob, 0).body()) {
            byte[] bytes = body.readNBytes(limit);
            if (!blob.digest().matches(blob.digest().newMessageDigest().digest(bytes))) {
                throw new StatusException.InvalidArgument(
                        "verification failed for digest " + blob.digest());
            }
            return bytes;
        }
    }

    /** Whether the registry has a blob in this repository. */
    public boolean hasBlob(Digest digest) throws IOException, InterruptedException {
        return client.ask(
                reference.domain(),
                Capability.PUSH,
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "blobs/" + digest);
                    var response = send(endpoint, "HEAD", uri, Map.of());
                    response.body().close();
                    return switch (response.statusCode()) {
                        case 200 -> true;
                        case 404 -> false;
                        default -> throw RegistryErrors.of(response, new byte[0]);
                    };
                });
    }

    /**
     * Puts a blob of a store into the repository: by mounting it from another repository of the
     * registry if that works, else by uploading it, several times if the connection breaks.
     *
     * @param sources paths of repositories that may have it, the likeliest first
     * @return the repository that it was mounted from, or {@code ""} if it was uploaded
     */
    public String pushBlob(
            Descriptor blob, ContentStore store, List<String> sources, BlobListener listener)
            throws IOException, InterruptedException {
        RegistryOptions options = client.options();
        return new Retries(options.uploadAttempts(), options.retryStep(), listener)
                .run(() ->
                        client.ask(
                                reference.domain(),
                                Capability.PUSH,
                                endpoint ->
                                        new BlobUpload(session, endpoint, reference.path(), blob)
                                                .run(store, sources, listener)));
    }

    /** Begins the upload of a blob whose digest will be known when it has been sent. */
    public OpenUpload beginUpload() throws IOException, InterruptedException {
        return client.ask(
                reference.domain(),
                Capability.PUSH,
                endpoint -> OpenUpload.begin(session, endpoint, reference.path()));
    }

    /**
     * Makes a blob of another repository of the registry one of this repository too.
     *
     * @param source the other repository's path
     * @throws StatusException.NotFound if the registry does not do that
     */
    public void mountBlob(Descriptor blob, String source) throws IOException, InterruptedException {
        if (hasBlob(blob.digest())) {
            return;
        }
        boolean mounted =
                client.ask(
                        reference.domain(),
                        Capability.PUSH,
                        endpoint ->
                                new BlobUpload(session, endpoint, reference.path(), blob)
                                        .mount(source));
        if (!mounted) {
            throw new StatusException.NotFound(
                    "cannot mount blob "
                            + blob.digest()
                            + " from repository "
                            + source
                            + " of "
                            + reference.domain());
        }
    }

    /**
     * Puts a manifest or index into the repository; what it refers to must be there.
     *
     * @param tagOrDigest what it is to be found by
     */
    public void pushManifest(String tagOrDigest, String mediaType, byte[] bytes)
            throws IOException, InterruptedException {
        client.ask(
                reference.domain(),
                Capability.PUSH,
                endpoint -> {
                    var request =
                            new Transport.Request(
                                    "PUT",
                                    endpoint.resource(reference.path(), "manifests/" + tagOrDigest),
                                    Map.of("Content-Type", mediaType),
                                    Transport.Body.of(
                                            () -> new ByteArrayInputStream(bytes), bytes.length));
                    var response = session.send(endpoint, request);
                    try (InputStream body = response.body()) {
                        if (response.statusCode() / 100 != 2) {
                            throw RegistryErrors.of(
                                    response, body.readNBytes(Session.MAX_ERROR_BYTES));
                        }
                    }
                    return endpoint;
                });
    }

    /**
     * Opens a blob for reading from its beginning; nothing is verified.
     *
     * @throws StatusException.NotFound if the registry does not have it
     */
    public RemoteBlob openBlob(Digest digest) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = openBlob(Descriptor.of("", digest, 0), 0);
        long size = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        return new RemoteBlob(size, response.body());
    }

    /**
     * Asks for a blob from byte {@code offset} on; the caller closes the answer, whose status is
     * 200, 206 or 416.
     */
    HttpResponse<InputStream> openBlob(Descriptor blob, long offset)
            throws IOException, InterruptedException {
        Map<String, String> headers =
                offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        return client.ask(
                reference.domain(),
                Capability.PULL,
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "blobs/" + blob.digest());
                    var response = send(endpoint, "GET", uri, headers);
                    if (response.statusCode() == 404
                            && !endpoint.mirror()
                            && MediaTypes.isForeignLayer(blob.mediaType())) {
                        response.body().close();
                        response = openForeign(blob, headers);
                    }
                    return accepted(response);
                });
    }

    private HttpResponse<InputStream> accepted(HttpResponse<InputStream> response)
            throws IOException {
        switch (response.statusCode()) {
            case 200, 206, 416 -> {
                return response;
            }
            default -> {
                try (InputStream body = response.body()) {
                    throw refusal(response, body);
                }
            }
        }
    }

    private StatusException refusal(HttpResponse<InputStream> response, InputStream body)
            throws IOException {
        return refusals.of(response, body.readNBytes(Session.MAX_ERROR_BYTES));
    }

    /** Past the session: such a host must not learn anything of the user (CVE-2020-15157). */
    private HttpResponse<InputStream> openForeign(Descriptor blob, Map<String, String> headers)
            throws IOException, InterruptedException {
        for (String url : blob.urls()) {
            if (url.startsWith("https://")) {
                URI uri = URI.create(url);
                return transport.send(
                        Endpoint.of("https://" + uri.getAuthority(), TlsSettings.SYSTEM),
                        Transport.Request.of("GET", uri, headers));
            }
        }
        throw new StatusException.NotFound("no usable URL for layer " + blob.digest());
    }

    private HttpResponse<InputStream> send(
            Endpoint endpoint, String method, URI uri, Map<String, String> headers)
            throws IOException, InterruptedException {
        return session.send(endpoint, Transport.Request.of(method, uri, headers));
    }
}
