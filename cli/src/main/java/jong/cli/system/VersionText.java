package jong.cli.system;

import jong.wire.json.JsonObject;

/** The versions of client and daemon for people. */
final class VersionText {

    private VersionText() {}

    static String of(JsonObject report) {
        JsonObject client = report.object("Client");
        var text = new StringBuilder("Client: Jong\n");
        line(text, 1, "Version", client.string("Version"));
        String api = client.string("ApiVersion");
        String best = client.string("DefaultAPIVersion");
        line(
                text,
                1,
                "API version",
                api.equals(best) ? api : api + " (downgraded from " + best + ")");
        line(text, 1, "Java version", client.string("JavaVersion"));
        line(text, 1, "OS/Arch", client.string("Os") + "/" + client.string("Arch"));
        JsonObject server = report.object("Server");
        if (server.isEmpty()) {
            return text.toString();
        }
        String platform = server.object("Platform").string("Name");
        text.append("\nServer:").append(platform.isEmpty() ? "" : " " + platform).append('\n');
        for (JsonObject component : server.objects("Components")) {
            component(text, component);
        }
        return text.toString();
    }

    private static void component(StringBuilder text, JsonObject component) {
        JsonObject details = component.object("Details");
        text.append(' ').append(component.string("Name")).append(":\n");
        line(text, 2, "Version", component.string("Version"));
        if (!details.has("ApiVersion")) {
            line(text, 2, "GitCommit", details.string("GitCommit"));
            return;
        }
        String range =
                details.string("ApiVersion")
                        + " (minimum version "
                        + details.string("MinAPIVersion")
                        + ")";
        line(text, 2, "API version", range);
        line(text, 2, "Go version", details.string("GoVersion"));
        line(text, 2, "Git commit", details.string("GitCommit"));
        line(text, 2, "Built", details.string("BuildTime"));
        line(text, 2, "OS/Arch", details.string("Os") + "/" + details.string("Arch"));
        line(text, 2, "Experimental", details.string("Experimental"));
    }

    private static void line(StringBuilder text, int indent, String name, String value) {
        if (!value.isEmpty()) {
            text.repeat(' ', indent).append(name).append(':');
            text.repeat(' ', Math.max(1, 18 - indent - name.length())).append(value).append('\n');
        }
    }
}
