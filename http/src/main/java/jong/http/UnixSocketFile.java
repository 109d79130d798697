package jong.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import jong.wire.status.StatusException.InvalidArgument;
import jong.wire.status.StatusException.Unavailable;

/**
 * The file of a unix socket: 0660 and of the right group from the moment that it has its name.
 *
 * <p>The socket is bound under another name beside it and moved, which also replaces a stale file.
 */
final class UnixSocketFile {

    private static final System.Logger LOG = System.getLogger(UnixSocketFile.class.getName());

    /** Short, so that it fits into an address wherever the name itself does. */
    private static final String TEMPORARY =
            "." + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);

    /** {@code sun_path} without the zero at its end. */
    private static final int LONGEST_PATH_BYTES = 107;

    private final Path path;
    private final Path bindPath;
    private final String group;

    UnixSocketFile(Path path, String group) {
        this.path = path.toAbsolutePath();
        this.bindPath = this.path.resolveSibling(TEMPORARY);
        this.group = group;
    }

    /** Refuses a path that is too long, has a listener or leads to what is not a socket. */
    void checkUnused() throws IOException {
        checkLength(path);
        checkLength(bindPath);
        Files.createDirectories(path.getParent());
        Files.deleteIfExists(bindPath);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(
                        path,
                        java.nio.file.attribute.BasicFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("cannot listen on " + path + ": the file is not a socket");
        }
        try (var probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new Unavailable(
                    "cannot listen on " + path + ": another process listens there: " + probe);
        } catch (IOException _) {
            // Nobody answers: a stale file, which publish() replaces.
        }
    }

    private void checkLength(Path address) {
        if (address.toString().getBytes(UTF_8).length > LONGEST_PATH_BYTES) {
            throw new InvalidArgument("unix socket path \"" + path + "\" is too long");
        }
    }

    /** Where to bind. */
    Path bindPath() {
        return bindPath;
    }

    /** Gives the bound socket its rights and its name. */
    void publish() throws IOException {
        var view = Files.getFileAttributeView(bindPath, PosixFileAttributeView.class);
        try {
            GroupPrincipal principal =
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(group);
            view.setGroup(principal);
        } catch (UserPrincipalNotFoundException _) {
            LOG.log(Level.DEBUG, () -> "no group " + group + ": only root may use " + path);
        }
        view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
        Files.move(
                bindPath,
                path,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "cannot remove " + path + ": " + e.getMessage());
        }
    }
}
