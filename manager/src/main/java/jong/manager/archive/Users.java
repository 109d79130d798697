package jong.manager.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import jong.manager.archive.Extraction.Owner;
import jong.wire.status.StatusException.InvalidArgument;

/** Finds a container's user in its own {@code /etc/passwd} and {@code /etc/group}. */
public final class Users {

    private static final int MAX_FILE = 16 << 20;
    private static final int NAME = 0;
    private static final int NUMBER = 2;
    private static final int GROUP = 3;

    private final RootFiles files;

    /** Looks among these files. */
    public Users(RootFiles files) {
        this.files = files;
    }

    /**
     * The user that {@code --user} means.
     *
     * @param user {@code name|uid[:group|gid]}
     * @throws InvalidArgument with docker's text if there is no such user or group
     */
    public Owner find(String user) throws IOException {
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        String group = colon < 0 ? "" : user.substring(colon + 1);
        Optional<String[]> entry = entry("/etc/passwd", name);
        OptionalInt number = number(name);
        if (entry.isEmpty() && number.isEmpty()) {
            throw new InvalidArgument(
                    "unable to find user " + name + ": no matching entries in passwd file");
        }
        int uid = entry.map(fields -> field(fields, NUMBER)).orElse(number.orElse(0));
        int gid = entry.map(fields -> field(fields, GROUP)).orElse(0);
        return new Owner(uid, group.isEmpty() ? gid : group(group));
    }

    private int group(String name) throws IOException {
        Optional<String[]> entry = entry("/etc/group", name);
        OptionalInt number = number(name);
        if (entry.isEmpty() && number.isEmpty()) {
            throw new InvalidArgument(
                    "unable to find group " + name + ": no matching entries in group file");
        }
        return entry.map(fields -> field(fields, NUMBER)).orElse(number.orElse(0));
    }

    /** The line with that name or, of a number, with that number. */
    private Optional<String[]> entry(String path, String name) throws IOException {
        Optional<byte[]> bytes = files.read(path, MAX_FILE);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        int field = number(name).isPresent() ? NUMBER : NAME;
        return new String(bytes.get(), UTF_8)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > NUMBER && fields[field].equals(name))
                .findFirst();
    }

    private static int field(String[] fields, int index) {
        return index < fields.length ? number(fields[index]).orElse(0) : 0;
    }

    private static OptionalInt number(String text) {
        try {
            int number = Integer.parseInt(text);
            return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
