package jong.manager.erofs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Data that compresses in different ways. */
enum SampleData {

    /** Nearly nothing is left. */
    ZEROS {
        @Override
        byte[] make(int size, Random random) {
            return new byte[size];
        }
    },

    /** Nothing can be done. */
    NOISE {
        @Override
        byte[] make(int size, Random random) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            return noise;
        }
    },

    /** Short matches near and far. */
    TEXT {
        @Override
        byte[] make(int size, Random random) {
            var text = new StringBuilder();
            while (text.length() < size) {
                text.append(Integer.toString(random.nextInt(3000), 36)).append(' ');
            }
            return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
        }
    },

    /** All of it in turn, so that some pieces are compressed and some are not. */
    MIXED {
        @Override
        byte[] make(int size, Random random) {
            var mixed = new ByteArrayOutputStream();
            while (mixed.size() < size) {
                SampleData kind = values()[random.nextInt(ordinal())];
                mixed.writeBytes(kind.make(1 + random.nextInt(150_000), random));
            }
            return Arrays.copyOf(mixed.toByteArray(), size);
        }
    };

    abstract byte[] make(int size, Random random);
}
