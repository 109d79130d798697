package jong.engine.volumes;

/** The fake that stands for other drivers in tests. */
final class RecordingDriverTest extends VolumeContract {

    private final RecordingDriver recorder = new RecordingDriver();

    @Override
    String driver() {
        return RecordingDriver.NAME;
    }

    @Override
    VolumeDrivers drivers() {
        return recorder.alone();
    }
}
