package jong.registry.hosts;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jong.wire.status.StatusException;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * Reads {@code hosts.toml}, by which containerd is told which hosts to ask in place of a registry
 * (containerd, docs/hosts.md).
 *
 * <p>The hosts are asked in the order of the file, and at last the {@code server}, which is the
 * registry itself if none is named. A file of hosts alone says nothing about how that is reached.
 */
final class HostsFile {

    private static final int MAX_BYTES = 1 << 20;
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);
    private static final Pattern DURATION =
            Pattern.compile(
                    "(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,9})ms)?");

    /** Those that belong to the connection; the JDK's client sets them alone. */
    private static final Set<String> RESERVED =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final Path file;
    private final String domain;
    private final String home;

    /**
     * Reads nothing yet.
     *
     * @param domain the registry that the file is about
     * @param home the host and port at which that registry itself is
     */
    HostsFile(Path file, String domain, String home) {
        this.file = file;
        this.domain = domain;
        this.home = home;
    }

    /**
     * What the file names.
     *
     * @param endpoints in the order in which they are asked
     * @param home whether the registry itself comes after them, as without a file
     */
    record Named(List<Endpoint> endpoints, boolean home) {

        /** Copies the list. */
        Named {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * The endpoints that the file names.
     *
     * @throws StatusException.Internal if the file is wrong, with the place
     */
    Named read() {
        TomlParseResult toml = parse();
        List<Endpoint> endpoints = new ArrayList<>();
        TomlTable hosts = toml.getTable(List.of("host"));
        if (hosts != null) {
            List<String> urls =
                    hosts.keySet().stream()
                            .sorted(Comparator.comparingInt(url -> line(hosts, url)))
                            .toList();
            for (String url : urls) {
                endpoints.add(endpoint(url, table(hosts, url)));
            }
        }
        boolean silent = toml.keySet().stream().allMatch("host"::equals);
        if (!silent) {
            String server = toml.getString(List.of("server"));
            endpoints.add(endpoint(server == null ? "https://" + home : server, toml));
        }
        return new Named(endpoints, silent);
    }

    private TomlParseResult parse() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw wrong("it is larger than " + MAX_BYTES + " bytes");
            }
            TomlParseResult toml = Toml.parse(file);
            if (toml.hasErrors()) {
                throw wrong(toml.errors().getFirst().toString());
            }
            return toml;
        } catch (IOException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Endpoint endpoint(String url, TomlTable settings) {
        URI base = base(url, settings);
        boolean foreign = !host(base.getAuthority()).equals(host(home));
        boolean verified = !Boolean.TRUE.equals(settings.getBoolean(List.of("skip_verify")));
        return new Endpoint(
                base,
                foreign,
                capabilities(settings),
                new TlsSettings(verified, paths(settings.get(List.of("ca"))), clients(settings)),
                headers(settings),
                foreign ? domain : "",
                dialTimeout(settings));
    }

    private URI base(String url, TomlTable settings) {
        boolean overridden = Boolean.TRUE.equals(settings.getBoolean(List.of("override_path")));
        String whole =
                url.startsWith("http://") || url.startsWith("https://") ? url : "https://" + url;
        String bare = whole.replaceFirst("/+$", "");
        try {
            URI base = URI.create(bare.endsWith("/v2") || overridden ? bare : bare + "/v2");
            if (base.getHost() != null) {
                return base;
            }
        } catch (IllegalArgumentException _) {
            // The same as one without a host.
        }
        throw wrong("\"" + url + "\" is not the address of a host");
    }

    private Set<Capability> capabilities(TomlTable settings) {
        TomlArray names = settings.getArray(List.of("capabilities"));
        if (names == null || names.isEmpty()) {
            return ALL;
        }
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (Object name : names.toList()) {
            switch (String.valueOf(name)) {
                case "pull" -> capabilities.add(Capability.PULL);
                case "resolve" -> capabilities.add(Capability.RESOLVE);
                case "referrers" -> capabilities.add(Capability.REFERRERS);
                case "push" -> capabilities.add(Capability.PUSH);
                default -> throw wrong("unknown capability " + name);
            }
        }
        return capabilities;
    }

    /** A path or several, from the file's directory on. */
    private List<Path> paths(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case String path -> List.of(file.resolveSibling(path));
            case TomlArray array ->
                    array.toList().stream()
                            .map(path -> file.resolveSibling(String.valueOf(path)))
                            .toList();
            default -> throw wrong("a path is expected in place of " + value);
        };
    }

    /** A file with certificate and key, several of these, or pairs of one file for each. */
    private List<TlsSettings.Identity> clients(TomlTable settings) {
        List<TlsSettings.Identity> identities = new ArrayList<>();
        List<Object> entries =
                switch (settings.get(List.of("client"))) {
                    case null -> List.of();
                    case TomlArray array -> array.toList();
                    case Object single -> List.of(single);
                };
        for (Object entry : entries) {
            List<Path> files = paths(entry);
            if (files.isEmpty() || files.size() > 2) {
                throw wrong("client has to be a file, or a certificate and a key");
            }
            identities.add(new TlsSettings.Identity(files.getFirst(), files.getLast()));
        }
        return identities;
    }

    private Map<String, List<String>> headers(TomlTable settings) {
        Map<String, List<String>> headers = new TreeMap<>();
        TomlTable table = settings.getTable(List.of("header"));
        if (table != null) {
            for (String name : table.keySet()) {
                if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                    throw wrong("header " + name + " cannot be set");
                }
                headers.put(
                        name,
                        switch (table.get(List.of(name))) {
                            case String value -> List.of(value);
                            case TomlArray values ->
                                    values.toList().stream().map(String::valueOf).toList();
                            // Its text may be a secret.
                            case null, default -> throw wrong("header " + name + " is no text");
                        });
            }
        }
        return headers;
    }

    private Duration dialTimeout(TomlTable settings) {
        String text = settings.getString(List.of("dial_timeout"));
        if (text == null) {
            return Endpoint.DIAL_TIMEOUT;
        }
        Matcher match = DURATION.matcher(text);
        if (text.isEmpty() || !match.matches()) {
            throw wrong("dial_timeout \"" + text + "\" is not like \"10s\"");
        }
        return Duration.ofHours(amount(match, 1))
                .plusMinutes(amount(match, 2))
                .plusSeconds(amount(match, 3))
                .plusMillis(amount(match, 4));
    }

    private static long amount(Matcher match, int group) {
        String digits = match.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private TomlTable table(TomlTable hosts, String url) {
        if (hosts.get(List.of(url)) instanceof TomlTable table) {
            return table;
        }
        throw wrong("host \"" + url + "\" is no table");
    }

    private static int line(TomlTable hosts, String url) {
        var position = hosts.inputPositionOf(List.of(url));
        return position == null ? 0 : position.line();
    }

    private static String host(String authority) {
        return authority.replaceFirst(":[0-9]+$", "");
    }

    private StatusException wrong(String why) {
        return new StatusException.Internal("cannot use " + file + ": " + why);
    }
}
