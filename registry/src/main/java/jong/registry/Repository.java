package jong.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.content.ContentStore;
import jong.oci.image.Manifest;
import jong.oci.reference.Reference;
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
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final RegistryClient client;
    private final Transport transport;
    private final Reference reference;
    private final Authorizer authorizer;

    Repository(RegistryClient client, Transport transport, Reference reference, RegistryAuth auth) {
        this.client = client;
        this.transport = transport;
        this.reference = reference;
        this.authorizer = new Authorizer(transport, auth, reference.path());
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
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "manifests/" + tag);
                    var response = send(endpoint, "HEAD", uri, Map.of("Accept", ACCEPT));
                    response.body().close();
                    if (response.statusCode() == 200) {
                        return described(response);
                    }
                    if (response.statusCode() == 404) {
                        throw RegistryErrors.of(response, new byte[0], reference);
                    }
                    return Optional.empty(); // Some registries know no HEAD; a GET will tell.
                });
    }

    /**
     * Fetches a manifest or index.
     *
     * @param tagOrDigest a digest is verified
     */
    public RemoteManifest manifest(String tagOrDigest) throws IOException, InterruptedException {
        return client.ask(
                reference.domain(),
                endpoint -> {
                    URI uri = endpoint.resource(reference.path(), "manifests/" + tagOrDigest);
                    var response = send(endpoint, "GET", uri, Map.of("Accept", ACCEPT));
                    try (InputStream body = response.body()) {
                        if (response.statusCode() != 200) {
                            throw RegistryErrors.of(
                                    response, body.readNBytes(MAX_ERROR_BYTES), reference);
                        }
                        return verified(tagOrDigest, response, body);
                    }
                });
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
     * Asks for a blob from byte {@code offset} on; the caller closes the answer, whose status is
     * 200, 206 or 416.
     */
    HttpResponse<InputStream> openBlob(Descriptor blob, long offset)
            throws IOException, InterruptedException {
        Map<String, String> headers =
                offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        return client.ask(
                reference.domain(),
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
                    throw RegistryErrors.of(response, body.readNBytes(MAX_ERROR_BYTES), reference);
                }
            }
        }
    }

    private HttpResponse<InputStream> openForeign(Descriptor blob, Map<String, String> headers)
            throws IOException, InterruptedException {
        for (String url : blob.urls()) {
            if (url.startsWith("https://")) {
                return transport.send(Transport.Request.get(URI.create(url), true, headers));
            }
        }
        throw new StatusException.NotFound("no usable URL for layer " + blob.digest());
    }

    private HttpResponse<InputStream> send(
            Endpoint endpoint, String method, URI uri, Map<String, String> headers)
            throws IOException, InterruptedException {
        while (true) {
            String authorization = authorizer.header();
            Map<String, String> all = new HashMap<>(headers);
            if (!authorization.isEmpty() && !endpoint.mirror()) {
                all.put("Authorization", authorization);
            }
            var request = new Transport.Request(method, uri, endpoint.verified(), all, "");
            var response = transport.send(request);
            if (response.statusCode() != 401) {
                return response;
            }
            byte[] body;
            try (InputStream in = response.body()) {
                body = in.readNBytes(MAX_ERROR_BYTES);
            }
            // A challenge counts only if it comes from where the question went.
            boolean own =
                    !endpoint.mirror() && uri.getAuthority().equals(response.uri().getAuthority());
            List<Challenge> challenges =
                    response.headers().allValues("WWW-Authenticate").stream()
                            .flatMap(value -> Challenge.parse(value).stream())
                            .toList();
            // Each answer differs from what was refused, and at most one token is fetched anew.
            boolean again = own && (authorization.isEmpty() || authorization.startsWith("Bearer"));
            if (!again || !authorizer.answer(endpoint, challenges, authorization)) {
                throw unauthorized(response, body, challenges, method);
            }
        }
    }

    private static StatusException unauthorized(
            HttpResponse<InputStream> response,
            byte[] body,
            List<Challenge> challenges,
            String method) {
        boolean basic = challenges.stream().anyMatch(c -> c.scheme().equals("basic"));
        if (basic && response.request().headers().firstValue("Authorization").isEmpty()) {
            String name = method.equals("HEAD") ? "Head" : "Get";
            return new StatusException.Internal(
                    name + " \"" + response.uri() + "\": no basic auth credentials");
        }
        return body.length == 0
                ? new StatusException.Internal("unauthorized: authentication required")
                : RegistryErrors.of(response, body);
    }

    private static Optional<Descriptor> described(HttpResponse<InputStream> response) {
        String digest = response.headers().firstValue("Docker-Content-Digest").orElse("");
        long size = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (digest.isEmpty() || size < 0) {
            return Optional.empty();
        }
        return Optional.of(Descriptor.of(mediaType(response), Digest.parse(digest), size));
    }

    private static RemoteManifest verified(
            String tagOrDigest, HttpResponse<InputStream> response, InputStream body)
            throws IOException {
        byte[] bytes = body.readNBytes(Manifest.MAX_BYTES + 1);
        if (bytes.length > Manifest.MAX_BYTES) {
            throw new StatusException.InvalidArgument(
                    "manifest " + tagOrDigest + " is larger than " + Manifest.MAX_BYTES + " bytes");
        }
        String told = response.headers().firstValue("Docker-Content-Digest").orElse("");
        String wanted = tagOrDigest.contains(":") ? tagOrDigest : told;
        Digest digest = wanted.isEmpty() ? Digest.sha256(bytes) : Digest.parse(wanted);
        byte[] hash = digest.newMessageDigest().digest(bytes);
        if (!digest.matches(hash)) {
            throw new StatusException.InvalidArgument(
                    "manifest verification failed for digest "
                            + digest
                            + ": the bytes have "
                            + digest.algorithm()
                            + ":"
                            + HexFormat.of().formatHex(hash));
        }
        return new RemoteManifest(Descriptor.of(mediaType(response), digest, bytes.length), bytes);
    }

    private static String mediaType(HttpResponse<InputStream> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    }
}
