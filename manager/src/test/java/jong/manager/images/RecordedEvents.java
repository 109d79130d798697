package jong.manager.images;

import java.util.List;

/** Progress as texts. */
final class RecordedEvents {

    private RecordedEvents() {}

    /** Adds each event to a list. */
    static ProgressListener in(List<String> events) {
        return event ->
                events.add(
                        switch (event) {
                            case ProgressEvent.Status status ->
                                    (status.id().isEmpty() ? "" : status.id() + ": ")
                                            + status.text();
                            case ProgressEvent.Bytes bytes ->
                                    bytes.id()
                                            + ": "
                                            + bytes.action()
                                            + " "
                                            + bytes.current()
                                            + "/"
                                            + bytes.total();
                            case ProgressEvent.Heading heading ->
                                    heading.id() + ": " + heading.text();
                            case ProgressEvent.Stream stream -> stream.text();
                            case ProgressEvent.Pushed pushed -> "pushed " + pushed.tag();
                        });
    }
}
