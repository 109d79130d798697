package jong.registry.server.access;

import jong.registry.server.protocol.RepositoryName;

/**
 * Something that a request needs leave for, in the words of distribution's token scopes.
 *
 * @param type {@code repository} or {@code registry}
 * @param name the repository, or {@code catalog}
 * @param action {@code pull}, {@code push}, {@code delete} or {@code *}
 */
public record Permission(String type, String name, String action) {

    /** To list the repositories. */
    public static final Permission CATALOG = new Permission("registry", "catalog", "*");

    /** To do something with a repository. */
    public static Permission repository(RepositoryName name, String action) {
        return new Permission("repository", name.value(), action);
    }
}
