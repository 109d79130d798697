package jong.cli.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import jong.api.client.Request;
import jong.api.client.Response;
import jong.cli.archive.LocalPack;
import jong.cli.archive.LocalUnpack;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.cli.terminal.Terminal;
import jong.cli.text.Units;
import org.jspecify.annotations.Nullable;

/** {@code cp}. */
public final class Copy extends Command {

    private static final int PIPE_BYTES = 256 * 1024;

    /** Makes the command. */
    public Copy() {}

    /**
     * An argument.
     *
     * @param container empty for a local path
     */
    private record Place(String container, String path) {

        static Place of(String argument) {
            int colon = argument.indexOf(':');
            boolean local = argument.startsWith("/") || argument.startsWith(".") || colon < 0;
            return local
                    ? new Place("", argument)
                    : new Place(argument.substring(0, colon), argument.substring(colon + 1));
        }

        boolean inContainer() {
            return !container.isEmpty();
        }
    }

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n"
                        + "\tjong cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
                """
                Copy files/folders between a container and the local filesystem

                Use '-' as the source to read a tar archive from stdin
                and extract it to a directory destination in a container.
                Use '-' as the destination to stream a tar archive of a
                container source to stdout.\
                """,
                "container cp, cp",
                Arity.exactly(2));
    }

    @Override
    public String flags() {
        return """
          -a, --archive       Archive mode (copy all uid/gid information)
          -L, --follow-link   Always follow symbol link in SRC_PATH
          -q, --quiet         Suppress progress output during copy. Progress output is \
        automatically suppressed if no terminal is attached
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        Place source = Place.of(flags.arguments().get(0));
        Place target = Place.of(flags.arguments().get(1));
        if (source.path().isEmpty() && !source.inContainer()) {
            throw new CommandException("source can not be empty");
        }
        if (target.path().isEmpty() && !target.inContainer()) {
            throw new CommandException("destination can not be empty");
        }
        if (source.inContainer() && target.inContainer()) {
            throw new CommandException("copying between containers is not supported");
        }
        long copied;
        if (source.inContainer()) {
            copied = fetch(session, source, target.path(), flags.on("follow-link"));
        } else if (target.inContainer()) {
            copied = send(session, source.path(), target, flags);
        } else {
            throw new CommandException("must specify at least one container source");
        }
        boolean stream = source.path().equals("-") || target.path().equals("-");
        if (!flags.on("quiet") && !stream && Terminal.isTerminal(2)) {
            session.err()
                    .println(
                            "Successfully copied "
                                    + Units.size(copied)
                                    + " to "
                                    + flags.arguments().get(1));
        }
        return 0;
    }

    private static long fetch(Session session, Place source, String target, boolean follow)
            throws IOException {
        boolean stream = target.equals("-");
        String local = stream ? target : LocalSide.absolute(target);
        CopySide place = stream ? null : LocalSide.target(local);
        String path = source.path();
        String name = "";
        PathStat link = follow ? PathStat.find(session, source.container(), path) : null;
        if (link != null && link.isSymlink()) {
            String resolved = CopyPath.keepEnd(link.target(path), path);
            name = CopyPath.base(path).equals(CopyPath.base(resolved)) ? "" : CopyPath.base(path);
            path = resolved;
        }
        Request request = archive(source.container(), path);
        try (Response response = session.client().send(request)) {
            if (place == null) {
                return response.body().transferTo(session.out());
            }
            var counted = new Counted(response.body());
            boolean isDirectory = PathStat.of(response).isDirectory();
            var from = new CopySide(path, true, isDirectory, name);
            CopySide.Placement to = from.to(place);
            new LocalUnpack(Path.of(to.directory()), CopyPath.entryName(path), to.name())
                    .read(counted);
            return counted.count;
        }
    }

    private static long send(Session session, String source, Place target, FlagSet flags)
            throws IOException {
        CopySide place = target(session, target);
        if (source.equals("-")) {
            if (!place.isDirectory()) {
                throw new CommandException(
                        "destination \""
                                + target.container()
                                + ":"
                                + target.path()
                                + "\" must be a directory");
            }
            put(session, target.container(), place.path(), session.in(), flags);
            return 0;
        }
        CopySide local = LocalSide.source(LocalSide.absolute(source), flags.on("follow-link"));
        CopySide.Placement to = local.to(place);
        var failure = new AtomicReference<@Nullable IOException>();
        try (var out = new PipedOutputStream();
                var in = new Counted(new PipedInputStream(out, PIPE_BYTES))) {
            Thread packer =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (out) {
                                    LocalPack.write(Path.of(local.path()), to.name(), out);
                                } catch (IOException e) {
                                    failure.set(e);
                                }
                            });
            put(session, target.container(), to.directory(), in, flags);
            packer.join();
            IOException cause = failure.get();
            if (cause != null) {
                throw cause;
            }
            return in.count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static CopySide target(Session session, Place target) throws IOException {
        String path = target.path();
        PathStat stat = PathStat.find(session, target.container(), path);
        if (stat != null && stat.isSymlink()) {
            path = stat.target(path);
            stat = PathStat.find(session, target.container(), path);
        }
        if (stat != null && stat.isUnusual()) {
            throw new CommandException(
                    "destination \""
                            + target.container()
                            + ":"
                            + target.path()
                            + "\" must be a directory or a regular file");
        }
        return new CopySide(path, stat != null, stat != null && stat.isDirectory(), "");
    }

    private static void put(
            Session session, String container, String path, InputStream archive, FlagSet flags)
            throws IOException {
        Request request =
                Request.put("/containers/" + container + "/archive")
                        .query("path", path)
                        .query("noOverwriteDirNonDir", "true");
        if (flags.on("archive")) {
            request.query("copyUIDGID", "true");
        }
        session.client().run(request.stream(archive, "application/x-tar"));
    }

    private static Request archive(String container, String path) {
        return Request.get("/containers/" + container + "/archive").query("path", path);
    }

    /** Counts what is read. */
    private static final class Counted extends java.io.FilterInputStream {

        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] target, int start, int length) throws IOException {
            int n = super.read(target, start, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
