package jong.manager.check;

import java.util.List;

/**
 * What a check has looked at and found.
 *
 * @param images how many images were looked at
 * @param layers how many layers
 * @param content how many pieces of content were hashed
 * @param contentBytes and how many bytes they have
 * @param findings what is damaged, in the order in which it was dealt with
 */
public record CheckReport(
        int images, int layers, int content, long contentBytes, List<Finding> findings) {

    /** Copies the list. */
    public CheckReport {
        findings = List.copyOf(findings);
    }
}
