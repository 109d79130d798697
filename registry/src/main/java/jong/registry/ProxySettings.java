package jong.registry;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which proxies registries are reached by, in the words of the usual environment variables.
 *
 * @param http the proxy for plain HTTP, a URL or {@code host:port}; empty for none
 * @param https the proxy for TLS; empty for none
 * @param none hosts that are reached without, divided by commas ({@code NO_PROXY})
 */
public record ProxySettings(String http, String https, String none) {

    private static final Pattern USER = Pattern.compile("^([^:/]*://)?[^/]*@");

    /** No proxy. */
    public static final ProxySettings NONE = new ProxySettings("", "", "");

    /** Reads {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, or in small letters. */
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        return new ProxySettings(
                variable(environment, "HTTP_PROXY", "http_proxy"),
                variable(environment, "HTTPS_PROXY", "https_proxy"),
                variable(environment, "NO_PROXY", "no_proxy"));
    }

    /** These settings, and those of {@code fallback} where they say nothing. */
    public ProxySettings or(ProxySettings fallback) {
        return new ProxySettings(
                http.isEmpty() ? fallback.http : http,
                https.isEmpty() ? fallback.https : https,
                none.isEmpty() ? fallback.none : none);
    }

    /** These settings with dockerd's {@code xxxxx:xxxxx} for names and passwords, to be shown. */
    public ProxySettings masked() {
        return new ProxySettings(masked(http), masked(https), none);
    }

    private static String masked(String proxy) {
        return USER.matcher(proxy).replaceFirst("$1xxxxx:xxxxx@");
    }

    /** The proxies may hold passwords: neither is printed. */
    @Override
    public String toString() {
        return "ProxySettings[…]";
    }

    private static String variable(Map<String, String> environment, String name, String other) {
        String value = environment.getOrDefault(name, "");
        return value.isEmpty() ? environment.getOrDefault(other, "") : value;
    }
}
