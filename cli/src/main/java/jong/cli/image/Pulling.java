package jong.cli.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.command.Session;
import jong.cli.credentials.CredentialStore;
import jong.cli.terminal.Terminal;

/** Pulls an image and shows the progress. */
public final class Pulling {

    private final Session session;
    private final PrintStream out;
    private final boolean quiet;

    /** Shows the progress on {@code out} unless {@code quiet}. */
    public Pulling(Session session, PrintStream out, boolean quiet) {
        this.session = session;
        this.out = out;
        this.quiet = quiet;
    }

    /** Pulls {@code image}; without a tag it is {@code latest}. */
    public void pull(String image, String platform) throws IOException {
        pull(image, platform, false);
    }

    /** Pulls an image, or with {@code all} every tag of it. */
    void pull(String image, String platform, boolean all) throws IOException {
        int at = image.indexOf('@');
        String full = all ? image : withTag(image);
        String tag =
                all
                        ? ""
                        : at >= 0
                                ? image.substring(at + 1)
                                : full.substring(full.lastIndexOf(':') + 1);
        String name =
                all
                        ? image
                        : at >= 0
                                ? image.substring(0, at)
                                : full.substring(0, full.lastIndexOf(':'));
        Request request =
                Request.post("/images/create")
                        .query("fromImage", canonical(name))
                        .query("tag", tag)
                        .header("X-Registry-Auth", authentication(session, name));
        if (!platform.isEmpty()) {
            request.query("platform", platform);
        }
        try (Response response = session.client().send(request)) {
            PrintStream shown =
                    quiet
                            ? new PrintStream(java.io.OutputStream.nullOutputStream(), false, UTF_8)
                            : out;
            int descriptor = out.equals(session.err()) ? 2 : 1;
            boolean terminal = !quiet && Terminal.isTerminal(descriptor);
            new Progress(shown, terminal).show(response.body(), _ -> {});
        }
    }

    /** The reference with its tag, {@code latest} where it has neither tag nor digest. */
    public static String withTag(String image) {
        if (image.indexOf('@') >= 0) {
            return image;
        }
        boolean tagged = image.indexOf(':', image.lastIndexOf('/') + 1) >= 0;
        return tagged ? image : image + ":latest";
    }

    /** The name with its registry: {@code docker.io/library/busybox}. */
    public static String canonical(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean registry =
                first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        if (registry) {
            return name;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + name;
    }

    /** The user's credentials for an image's registry, as the header wants them. */
    static String authentication(Session session, String name) {
        String canonical = canonical(name);
        String registry = canonical.substring(0, canonical.indexOf('/'));
        return session.credentials().find(CredentialStore.key(registry)).header();
    }
}
