package jong.cli.image;

import jong.cli.failure.CommandException;

/**
 * A name that an image is to get.
 *
 * @param tag empty for docker's default
 */
public record TagTarget(String repository, String tag) {

    /**
     * Takes a name apart.
     *
     * @param failure how a refusal of a name that is none begins
     * @throws CommandException with docker's text if it cannot be a tag
     */
    public static TagTarget parse(String name, String failure) {
        if (name.indexOf('@') >= 0) {
            throw new CommandException("refusing to create a tag with a digest reference");
        }
        int path = name.lastIndexOf('/') + 1;
        int colon = name.indexOf(':', path);
        if (colon != name.lastIndexOf(':') && colon >= 0) {
            throw new CommandException(failure + "invalid reference format");
        }
        return colon < 0
                ? new TagTarget(name, "")
                : new TagTarget(name.substring(0, colon), name.substring(colon + 1));
    }
}
