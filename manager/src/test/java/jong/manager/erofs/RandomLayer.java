package jong.manager.erofs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jong.manager.tar.TarBytes;

/** An archive of few names and many quarrels: the same seed gives the same one. */
final class RandomLayer {

    private static final String[] NAMES = {
        "a",
        "b",
        "c",
        "d",
        "-",
        "!",
        ".hidden",
        "a b",
        "\u00c3\u00bc",
        "\u00ff\u0001",
        "zz",
        "n".repeat(90)
    };
    private static final char[] TYPES = "0000000555552222111113467".toCharArray();
    private static final String ACL =
            "\2\0\0\0\1\0\7\0\377\377\377\377\2\0\5\0\1\0\0\0\4\0\5\0\377\377\377\377"
                    + "\20\0\5\0\377\377\377\377\40\0\1\0\377\377\377\377";

    private final Random random;
    private final List<String> used = new ArrayList<>();

    private RandomLayer(long seed) {
        random = new Random(seed);
    }

    /** Any archive. */
    static byte[] of(long seed) {
        var layer = new RandomLayer(seed);
        var bytes = new TarBytes();
        int count = 1 + layer.random.nextInt(60);
        for (int i = 0; i < count; i++) {
            layer.add(bytes);
        }
        return bytes.end();
    }

    /** An archive that can be mounted: what cannot be applied is left out. */
    static byte[] sound(long seed, boolean bottom) {
        var layer = new RandomLayer(seed);
        byte[] sound = new byte[0];
        int count = 1 + layer.random.nextInt(60);
        for (int i = 0; i < count; i++) {
            var longer = new TarBytes().raw(sound);
            layer.add(longer);
            sound = isSound(longer.bytes(), bottom) ? longer.bytes() : sound;
        }
        return new TarBytes().raw(sound).end();
    }

    private static boolean isSound(byte[] archive, boolean bottom) {
        try {
            return LayerTree.read(new ByteArrayInputStream(archive), bottom).lowerLinks().isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    /** An archive with a few bytes changed, cut off or put in twice. */
    static byte[] damaged(long seed, Random random) {
        byte[] archive = of(seed);
        for (int i = random.nextInt(4); i > 0 && archive.length > 0; i--) {
            int at = random.nextInt(archive.length);
            switch (random.nextInt(3)) {
                case 0 -> archive[at] = (byte) random.nextInt();
                case 1 -> archive = Arrays.copyOf(archive, at);
                default -> repairedHeader(archive, random);
            }
        }
        return archive;
    }

    /** Changes a byte of a header and makes its checksum right again. */
    private static void repairedHeader(byte[] archive, Random random) {
        int block = random.nextInt(archive.length / 512 + 1) * 512;
        if (block + 512 <= archive.length && archive[block + 257] == 'u') {
            byte[] header = Arrays.copyOfRange(archive, block, block + 512);
            header[random.nextInt(345)] = (byte) random.nextInt();
            header = TarBytes.with(header, 0, "");
            System.arraycopy(header, 0, archive, block, 512);
        }
    }

    private void add(TarBytes bytes) {
        if (random.nextInt(9) == 0) {
            String hidden = random.nextInt(4) == 0 ? ".wh..opq" : name();
            String prefix = random.nextBoolean() ? "" : path() + "/";
            bytes.file(prefix + ".wh." + hidden, "");
            return;
        }
        char type = TYPES[random.nextInt(TYPES.length)];
        String path = random.nextInt(25) == 0 ? "./" : path();
        if (random.nextInt(4) == 0) {
            bytes.pax('x', pax());
        }
        byte[] content = type == '0' || type == '7' ? content() : new byte[0];
        byte[] header = TarBytes.header(type, path, link(type), content.length);
        header = TarBytes.with(header, 100, "%07o".formatted(random.nextInt(010000)));
        if (random.nextInt(3) == 0) {
            header = TarBytes.with(header, 108, "%07o".formatted(random.nextInt(1 << 20)));
            header = TarBytes.with(header, 116, "%07o".formatted(random.nextInt(1 << 20)));
        }
        header = TarBytes.with(header, 136, "%011o".formatted(random.nextInt(3) * 1000L));
        header = TarBytes.with(header, 329, "%07o".formatted(random.nextInt(300)));
        header = TarBytes.with(header, 337, "%07o".formatted(random.nextInt(300)));
        bytes.entry(header, content);
        used.add(path);
    }

    private String[] pax() {
        List<String> records = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            switch (random.nextInt(9)) {
                case 0 -> put(records, "mtime", random.nextInt(99) + ".123456789");
                case 1 -> put(records, "mtime", "-7.5");
                case 2 -> put(records, "uid", "4294967294");
                case 3 -> put(records, "SCHILY.xattr.user." + name(), value(40));
                case 4 -> put(records, "SCHILY.xattr.trusted.x", value(900));
                case 5 -> put(records, "SCHILY.xattr.security.y", value(1));
                case 6 -> put(records, "SCHILY.xattr.unknown.z", "lost");
                case 7 -> put(records, "SCHILY.xattr.trusted.overlay.opaque", "y");
                default -> put(records, "SCHILY.xattr.system.posix_acl_access", ACL);
            }
        }
        return records.toArray(String[]::new);
    }

    private static void put(List<String> records, String key, String value) {
        records.add(key);
        records.add(value);
    }

    private String value(int most) {
        byte[] value = new byte[random.nextInt(most + 1)];
        random.nextBytes(value);
        return new String(value, ISO_8859_1);
    }

    private String link(char type) {
        return switch (type) {
            case '1' -> earlier();
            case '2' ->
                    switch (random.nextInt(4)) {
                        case 0 -> "/" + path();
                        case 1 -> "../" + name();
                        case 2 -> "x/".repeat(random.nextInt(49)) + "x";
                        default -> name();
                    };
            default -> "";
        };
    }

    private String earlier() {
        boolean known = !used.isEmpty() && random.nextInt(8) > 0;
        return known ? used.get(random.nextInt(used.size())) : path();
    }

    private String path() {
        if (!used.isEmpty() && random.nextInt(3) == 0) {
            return used.get(random.nextInt(used.size()));
        }
        var path = new StringBuilder(name());
        while (random.nextInt(3) > 0 && path.length() < 80) {
            path.append('/').append(name());
        }
        return path.substring(0, Math.min(path.length(), 99));
    }

    private String name() {
        return NAMES[(int) (NAMES.length * Math.pow(random.nextDouble(), 2))];
    }

    private byte[] content() {
        byte[] content =
                new byte[random.nextInt(5) == 0 ? random.nextInt(20_000) : random.nextInt(600)];
        random.nextBytes(content);
        return content;
    }
}
