package jong.registry.server.access;

/**
 * What tokens must say.
 *
 * @param realm the URL of the token service, told to clients
 * @param service this registry's name: the audience of its tokens
 * @param issuer who must have issued them
 */
public record TokenSettings(String realm, String service, String issuer) {}
