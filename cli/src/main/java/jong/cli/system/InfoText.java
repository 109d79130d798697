package jong.cli.system;

import jong.cli.text.Units;
import jong.wire.json.JsonObject;

/** What the daemon says about itself, for people. */
final class InfoText {

    private final StringBuilder text = new StringBuilder();

    private InfoText() {}

    static String of(JsonObject info) {
        return new InfoText().write(info);
    }

    private String write(JsonObject info) {
        text.append("Server:\n");
        line(" Containers", info.number("Containers"));
        line("  Running", info.number("ContainersRunning"));
        line("  Paused", info.number("ContainersPaused"));
        line("  Stopped", info.number("ContainersStopped"));
        line(" Images", info.number("Images"));
        line(" Server Version", info.string("ServerVersion"));
        line(" Storage Driver", info.string("Driver"));
        for (Object pair : info.list("DriverStatus")) {
            if (pair instanceof java.util.List<?> list && list.size() == 2) {
                line("  " + list.getFirst(), list.getLast());
            }
        }
        line(" Logging Driver", info.string("LoggingDriver"));
        line(" Cgroup Driver", info.string("CgroupDriver"));
        line(" Cgroup Version", info.string("CgroupVersion"));
        JsonObject plugins = info.object("Plugins");
        text.append(" Plugins:\n");
        for (String kind : plugins.keySet()) {
            if (!plugins.list(kind).isEmpty()) {
                line("  " + kind, String.join(" ", plugins.strings(kind)));
            }
        }
        line(" Swarm", info.object("Swarm").string("LocalNodeState", "inactive"));
        line(" Runtimes", String.join(" ", info.object("Runtimes").keySet()));
        line(" Default Runtime", info.string("DefaultRuntime"));
        text.append(" Security Options:\n");
        for (String option : info.strings("SecurityOptions")) {
            text.append("  ")
                    .append(option.replace("name=", "").replace(",", "\n   "))
                    .append('\n');
        }
        line(" Kernel Version", info.string("KernelVersion"));
        line(" Operating System", info.string("OperatingSystem"));
        line(" OSType", info.string("OSType"));
        line(" Architecture", info.string("Architecture"));
        line(" CPUs", info.number("NCPU"));
        line(" Total Memory", Units.binarySize(info.number("MemTotal")));
        line(" Name", info.string("Name"));
        line(" ID", info.string("ID"));
        line(" Docker Root Dir", info.string("DockerRootDir"));
        line(" Debug Mode", info.flag("Debug"));
        line(" Experimental", info.flag("ExperimentalBuild"));
        line(" Live Restore Enabled", info.flag("LiveRestoreEnabled"));
        return text.append('\n').toString();
    }

    private void line(String name, @org.jspecify.annotations.Nullable Object value) {
        if (value instanceof String words && words.isEmpty()) {
            return;
        }
        text.append(name).append(": ").append(value).append('\n');
    }
}
