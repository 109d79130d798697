package jong.manager.images;

import java.util.List;

/** Tells which containers use an image: the question that decides whether it may be removed. */
@FunctionalInterface
public interface ImageUses {

    /** Nothing uses any image. */
    ImageUses NONE = _ -> List.of();

    /**
     * A container that was made from an image.
     *
     * @param containerId its full ID
     * @param running whether it runs or is paused
     */
    record Use(String containerId, boolean running) {}

    /** The containers made from the image with that ID ({@code sha256:…}). */
    List<Use> of(String imageId);
}
