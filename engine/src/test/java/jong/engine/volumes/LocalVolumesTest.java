package jong.engine.volumes;

final class LocalVolumesTest extends VolumeContract {

    @Override
    String driver() {
        return LocalVolumes.NAME;
    }

    @Override
    VolumeDrivers drivers() {
        return VolumeDrivers.NONE;
    }
}
