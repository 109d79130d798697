package jong.manager.metadata;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * Space for what is to be said about a full disk: how containers end, and that they and images are
 * removed.
 *
 * <p>While the store is open, its journal has the space. SQLite deletes the journal at the end, so
 * a file beside the database, {@code NAME-reserve}, keeps it until the next start.
 *
 * @param file the database
 */
record MetadataReserve(Path file) {

    private static final System.Logger LOG = System.getLogger(MetadataReserve.class.getName());

    private static final int BYTES = 512 * 1024;

    /** The pages of the journal and their places in the database, once each. */
    private static final int KEPT_BYTES = 2 * BYTES;

    /** A disk with less than that many times as much is for others to fill. */
    private static final int SMALLEST_SHARE = 16;

    /**
     * Takes the space for the journal and inside the file, and frees it for the store's own use.
     * The pages of the journal are then used again and again, 64 at most (256 KiB) at a time.
     */
    private static final List<String> TAKE =
            List.of(
                    "CREATE TABLE IF NOT EXISTS reserve (bytes BLOB)",
                    "INSERT INTO reserve VALUES (zeroblob(" + BYTES + "))",
                    "DROP TABLE reserve",
                    "PRAGMA wal_checkpoint(PASSIVE)");

    /** Takes what there is; a disk without is no reason not to open the store. */
    void take(Connection connection) throws SQLException {
        if (!taken(connection)) {
            release();
            if (!taken(connection)) {
                LOG.log(
                        Level.WARNING,
                        "the disk of " + file + " is full: what changes may not be kept");
                return;
            }
        }
        keep();
    }

    /** Whether a failure says that the disk is full. */
    static boolean isFull(@Nullable Throwable failure) {
        return failure instanceof SQLException e
                && e.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code;
    }

    private static boolean taken(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String step : TAKE) {
                statement.execute(step);
            }
            return true;
        } catch (SQLException e) {
            if (!isFull(e)) {
                throw e;
            }
            return false;
        }
    }

    /** Keeps space for the next start, if that is there; no failure is worth telling. */
    void keep() {
        try {
            long usable = Files.getFileStore(file).getUsableSpace();
            if (Files.notExists(kept()) && usable >= (long) SMALLEST_SHARE * KEPT_BYTES) {
                Files.write(kept(), new byte[KEPT_BYTES]);
            }
        } catch (IOException _) {
            release(); // As far as it came.
        }
    }

    private void release() {
        try {
            Files.deleteIfExists(kept());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove " + kept() + ": " + e.getMessage());
        }
    }

    private Path kept() {
        return file.resolveSibling(file.getFileName() + "-reserve");
    }
}
