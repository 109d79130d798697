package jong.manager.images;

import java.util.List;

/**
 * A line of {@code docker history}.
 *
 * @param id the image's ID for the newest step, {@code <missing>} for others
 * @param created when, in seconds since the epoch
 * @param createdBy the command
 * @param tags familiar names of the image, for the newest step only
 * @param size bytes of the files of the step's layer, 0 if it has none
 * @param comment a remark
 */
public record LayerHistory(
        String id, long created, String createdBy, List<String> tags, long size, String comment) {

    /** Copies the tags. */
    public LayerHistory {
        tags = List.copyOf(tags);
    }
}
