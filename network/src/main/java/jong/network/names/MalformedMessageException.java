package jong.network.names;

/** A message breaks RFC 1035. Cheap, as anybody may send such ones. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMessageException() {
        super("malformed message", null, false, false);
    }
}
