package jong.engine.containers;

import java.util.Map;

/** Where containers tell what happens to them. */
@FunctionalInterface
public interface EventSink {

    /**
     * Tells everybody who listens.
     *
     * @param type {@code container}, {@code volume} or {@code network}
     * @param action docker's word, such as {@code start} or {@code exec_create: sh}
     * @param id of what it happened to
     * @param attributes in docker's words
     */
    void publish(String type, String action, String id, Map<String, String> attributes);
}
