package jong.runtime.monitor;

import java.util.Optional;

/** The kinds of requests and replies, numbered as in docs/monitor-protocol.md. */
enum FrameType {
    CREATE(1),
    START(2),
    EXEC(3),
    ATTACH(4),
    RESIZE(5),
    CLOSE_STDIN(6),
    SIGNAL(7),
    WAIT(8),
    STATE(9),
    REOPEN_LOG(10),
    ABORT(11),
    OK(64),
    ERROR(65),
    CREATED(66),
    READY(67),
    STARTED(68),
    SESSION(69),
    EXITED(70),
    STATES(71),
    WARNING(72);

    private final int number;

    FrameType(int number) {
        this.number = number;
    }

    byte number() {
        return (byte) number;
    }

    static Optional<FrameType> of(int number) {
        for (FrameType type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
