package jong.engine.containers;

import jong.engine.spec.SpecRequest.Machine;
import jong.manager.images.Images;
import jong.manager.metadata.MetadataStore;
import jong.manager.snapshots.Snapshotter;
import jong.manager.tasks.Tasks;

/**
 * Everything outside this package that containers work with.
 *
 * @param tasks runs them
 * @param images they are made from
 * @param snapshots hold their root filesystems, by container id
 * @param metadata keeps their state
 * @param networks they are attached to
 * @param volumes mounted into them
 * @param events are told what happens
 * @param layout where their files are
 * @param machine what is true of this host
 * @param defaults what containers get that say nothing themselves
 */
public record Collaborators(
        Tasks tasks,
        Images images,
        Snapshotter snapshots,
        MetadataStore metadata,
        ContainerNetworks networks,
        ContainerVolumes volumes,
        EventSink events,
        Layout layout,
        Machine machine,
        HostDefaults defaults) {

    /** With docker's own defaults for containers. */
    public Collaborators(
            Tasks tasks,
            Images images,
            Snapshotter snapshots,
            MetadataStore metadata,
            ContainerNetworks networks,
            ContainerVolumes volumes,
            EventSink events,
            Layout layout,
            Machine machine) {
        this(
                tasks,
                images,
                snapshots,
                metadata,
                networks,
                volumes,
                events,
                layout,
                machine,
                HostDefaults.NONE);
    }
}
