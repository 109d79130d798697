package jong.runtime.plan;

import java.nio.charset.StandardCharsets;

/** The constants of the binary form that writer and reader share. */
final class PlanFormat {

    static final byte[] MAGIC = "JONGPLAN".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;

    private PlanFormat() {}
}
