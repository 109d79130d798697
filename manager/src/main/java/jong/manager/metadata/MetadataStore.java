package jong.manager.metadata;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import org.sqlite.JDBC;

/**
 * What the manager and the engine must not forget: named {@link Bucket}s of JSON objects in one
 * SQLite file.
 *
 * <p>The journal is written ahead and synced at each commit (WAL, {@code synchronous=FULL}): what a
 * method has returned from survives the death of the process and of the machine. One process has
 * the file open at a time. One connection is used under one lock, by readers too, which makes a
 * transaction atomic for everybody; a value is small and a commit takes below a millisecond.
 *
 * <pre>{@code
 * try (MetadataStore store = MetadataStore.open(root.resolve("metadata.db"))) {
 *     Bucket names = store.bucket("names");
 *     store.transaction(() -> {
 *         names.remove("old");
 *         names.put("new", new JsonObject().with("id", id));
 *     });
 * }
 * }</pre>
 */
public final class MetadataStore implements AutoCloseable {

    /** In this order: a journal without other processes needs no file of shared memory. */
    private static final List<String> SET_UP =
            List.of(
                    "PRAGMA busy_timeout = 0",
                    "PRAGMA locking_mode = EXCLUSIVE",
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA wal_autocheckpoint = 64",
                    "CREATE TABLE IF NOT EXISTS entries (bucket TEXT NOT NULL, key TEXT NOT NULL,"
                            + " value TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID");

    private final Path file;
    private final Connection connection;

    /** Owns the connection, and through {@link #depth} the transaction of the holding thread. */
    private final ReentrantLock lock = new ReentrantLock();

    /** How many calls of {@link #transaction} the holder of the lock is inside of. */
    private int depth;

    private MetadataStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens the store, creating the file if there is none; its directory must exist.
     *
     * @throws StatusException.Internal if the file cannot be opened, is locked by another process,
     *     or is no database
     */
    public static MetadataStore open(Path file) {
        try {
            Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
            try (var statement = connection.createStatement()) {
                for (String step : SET_UP) {
                    statement.execute(step);
                }
                new MetadataReserve(file).take(connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return new MetadataStore(file, connection);
        } catch (SQLException e) {
            throw new StatusException.Internal(
                    "cannot open metadata " + file + ": " + e.getMessage(), e);
        }
    }

    /** The bucket of that name; it exists as soon as it has an entry. */
    public Bucket bucket(String name) {
        return new TableBucket(name);
    }

    /**
     * As {@link #bucket(String)}, with a member of its objects to find keys by.
     *
     * @throws IllegalArgumentException if one of the names is no plain word
     */
    public Bucket bucket(String name, String member) {
        try {
            execute("index", index(name, member), PreparedStatement::execute);
        } catch (StatusException.Internal e) {
            if (!MetadataReserve.isFull(e.getCause())) {
                throw e;
            }
        } // On a full disk it works without, slower.
        return new TableBucket(name);
    }

    private static String index(String bucket, String member) {
        return "CREATE INDEX IF NOT EXISTS \"%s.%s\" ON entries (%s) WHERE bucket = '%s'"
                .formatted(word(bucket), word(member), value(member), word(bucket));
    }

    /** With the bucket's name as a literal: only then SQLite takes the index of the bucket. */
    static String keysWith(String bucket, String member) {
        return "SELECT key FROM entries WHERE bucket = '%s' AND %s = ? ORDER BY key"
                .formatted(word(bucket), value(member));
    }

    private static String value(String member) {
        return "json_extract(value, '$.%s')".formatted(word(member));
    }

    private static String word(String name) {
        if (!name.matches("[A-Za-z-]+")) {
            throw new IllegalArgumentException("no plain word: " + name);
        }
        return name;
    }

    /**
     * Runs changes that are kept all or not at all. If {@code changes} throws, nothing of it is
     * kept and the exception goes on. A transaction inside a transaction is part of the outer one.
     * Other threads wait meanwhile: no slow work in here.
     */
    public void transaction(Runnable changes) {
        lock.lock();
        try {
            if (depth > 0) {
                changes.run();
                return;
            }
            outermost(changes);
        } finally {
            lock.unlock();
        }
    }

    /** What SQLite finds wrong with the file; empty if nothing is. */
    public List<String> problems() {
        return execute(
                "check",
                "PRAGMA integrity_check",
                statement -> {
                    List<String> problems = new ArrayList<>();
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            problems.add(rows.getString(1));
                        }
                    }
                    return problems.equals(List.of("ok")) ? List.of() : problems;
                });
    }

    /** Closes the file; using the store or its buckets afterwards fails. */
    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure("close", e);
        } finally {
            lock.unlock();
        }
    }

    private void outermost(Runnable changes) {
        depth = 1;
        try {
            connection.setAutoCommit(false);
            changes.run();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            undo(e);
            throw failure("commit a transaction to", e);
        } catch (RuntimeException | Error e) {
            undo(e);
            throw e;
        } finally {
            depth = 0;
        }
    }

    /** SQLite has undone the transaction itself when the disk was full; asking again then fails. */
    private void undo(Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private StatusException failure(String action, SQLException cause) {
        return new StatusException.Internal(
                "cannot " + action + " metadata " + file + ": " + cause.getMessage(), cause);
    }

    /** Work on the connection. */
    private interface Query<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    private <T> T execute(String action, String sql, Query<T> query) {
        lock.lock();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return query.run(statement);
        } catch (SQLException e) {
            throw failure(action, e);
        } finally {
            lock.unlock();
        }
    }

    /** The rows of the table that have the bucket's name. */
    private final class TableBucket implements Bucket {

        private final String name;

        TableBucket(String name) {
            this.name = name;
        }

        @Override
        public Optional<JsonObject> get(String key) {
            return execute(
                    "read",
                    "SELECT value FROM entries WHERE bucket = ? AND key = ?",
                    statement -> {
                        statement.setString(1, name);
                        statement.setString(2, key);
                        try (ResultSet rows = statement.executeQuery()) {
                            return rows.next()
                                    ? Optional.of(Json.parseObject(rows.getString(1)))
                                    : Optional.empty();
                        }
                    });
        }

        @Override
        public void put(String key, JsonObject value) {
            execute(
                    "write",
                    "INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                            + " SET value = excluded.value",
                    statement -> {
                        statement.setString(1, name);
                        statement.setString(2, key);
                        statement.setString(3, Json.write(value));
                        return statement.executeUpdate();
                    });
        }

        @Override
        public boolean remove(String key) {
            return execute(
                    "write",
                    "DELETE FROM entries WHERE bucket = ? AND key = ?",
                    statement -> {
                        statement.setString(1, name);
                        statement.setString(2, key);
                        return statement.executeUpdate() > 0;
                    });
        }

        @Override
        public List<String> keysWith(String member, String text) {
            return execute(
                    "read",
                    MetadataStore.keysWith(name, member),
                    statement -> {
                        statement.setString(1, text);
                        List<String> keys = new ArrayList<>();
                        try (ResultSet rows = statement.executeQuery()) {
                            while (rows.next()) {
                                keys.add(rows.getString(1));
                            }
                        }
                        return keys;
                    });
        }

        @Override
        public Map<String, JsonObject> entries() {
            return execute(
                    "read",
                    "SELECT key, value FROM entries WHERE bucket = ? ORDER BY key",
                    statement -> {
                        statement.setString(1, name);
                        Map<String, JsonObject> all = new LinkedHashMap<>();
                        try (ResultSet rows = statement.executeQuery()) {
                            while (rows.next()) {
                                all.put(rows.getString(1), Json.parseObject(rows.getString(2)));
                            }
                        }
                        return all;
                    });
        }
    }
}
