package jong.engine.containers;

/**
 * The three sides of containers' mounts.
 *
 * @param volumes what stands behind them, and for how long
 * @param images the snapshots of images among them
 * @param preparation makes them usable for a run
 */
record ContainerMounts(VolumeMounts volumes, ImageMounts images, MountPreparation preparation) {

    static ContainerMounts of(ContainerStore store, Collaborators world) {
        var images = new ImageMounts(world);
        return new ContainerMounts(
                new VolumeMounts(store, world), images, new MountPreparation(world, images));
    }
}
