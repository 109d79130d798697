package jong.engine.containers;

import jong.wire.status.StatusException.InvalidArgument;

/**
 * A wish to know another container of the default network: {@code NAME:ALIAS}.
 *
 * @param target name or ID of the other one
 * @param alias what it is called
 */
record Link(String target, String alias) {

    /**
     * Reads one as users write it, or as inspect shows it ({@code /NAME:/OWN/ALIAS}).
     *
     * @throws InvalidArgument with docker's text
     */
    static Link parse(String text) {
        if (text.isEmpty()) {
            throw new InvalidArgument("empty string specified for links");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Link(text, text);
        }
        String target = text.substring(0, colon);
        String alias = text.substring(colon + 1);
        if (alias.indexOf(':') >= 0) {
            throw new InvalidArgument("bad format for links: " + text);
        }
        return target.startsWith("/")
                ? new Link(target.substring(1), alias.substring(alias.lastIndexOf('/') + 1))
                : new Link(target, alias);
    }

    @Override
    public String toString() {
        return target + ":" + alias;
    }
}
