package jong.manager.images;

import java.util.List;

/** Notes progress as short texts. */
record EventRecorder(List<String> events) implements ProgressListener {

    @Override
    public void progress(ProgressEvent event) {
        events.add(text(event));
    }

    private static String text(ProgressEvent event) {
        return switch (event) {
            case ProgressEvent.Status status ->
                    (status.id().isEmpty() ? "" : status.id() + ": ") + status.text();
            case ProgressEvent.Bytes bytes ->
                    bytes.id()
                            + ": "
                            + bytes.action()
                            + " "
                            + bytes.current()
                            + "/"
                            + bytes.total();
            case ProgressEvent.Heading heading -> heading.id() + ": " + heading.text();
            case ProgressEvent.Stream stream -> stream.text();
            case ProgressEvent.Pushed pushed -> "pushed " + pushed.tag();
        };
    }
}
