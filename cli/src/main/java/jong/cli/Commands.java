package jong.cli;

import java.util.List;
import jong.cli.command.Command;
import jong.cli.container.Attach;
import jong.cli.container.Commit;
import jong.cli.container.ContainerInspect;
import jong.cli.container.ContainerList;
import jong.cli.container.ContainerPrune;
import jong.cli.container.Copy;
import jong.cli.container.Create;
import jong.cli.container.Diff;
import jong.cli.container.Exec;
import jong.cli.container.Export;
import jong.cli.container.Kill;
import jong.cli.container.Logs;
import jong.cli.container.Pause;
import jong.cli.container.PortList;
import jong.cli.container.Remove;
import jong.cli.container.Rename;
import jong.cli.container.Run;
import jong.cli.container.Start;
import jong.cli.container.Stats;
import jong.cli.container.Stop;
import jong.cli.container.Top;
import jong.cli.container.Update;
import jong.cli.container.Wait;
import jong.cli.image.History;
import jong.cli.image.ImageInspect;
import jong.cli.image.ImageList;
import jong.cli.image.ImagePrune;
import jong.cli.image.ImageRemove;
import jong.cli.image.Import;
import jong.cli.image.Load;
import jong.cli.image.Pull;
import jong.cli.image.Push;
import jong.cli.image.Save;
import jong.cli.image.Tag;
import jong.cli.manifest.ManifestAnnotate;
import jong.cli.manifest.ManifestCreate;
import jong.cli.manifest.ManifestInspect;
import jong.cli.manifest.ManifestPush;
import jong.cli.manifest.ManifestRemove;
import jong.cli.network.NetworkConnect;
import jong.cli.network.NetworkCreate;
import jong.cli.network.NetworkDisconnect;
import jong.cli.network.NetworkInspect;
import jong.cli.network.NetworkList;
import jong.cli.network.NetworkPrune;
import jong.cli.network.NetworkRemove;
import jong.cli.registry.Login;
import jong.cli.registry.Logout;
import jong.cli.registry.Search;
import jong.cli.system.Check;
import jong.cli.system.ContextInspect;
import jong.cli.system.ContextList;
import jong.cli.system.ContextShow;
import jong.cli.system.ContextUse;
import jong.cli.system.Events;
import jong.cli.system.Info;
import jong.cli.system.Inspect;
import jong.cli.system.Version;
import jong.cli.volume.VolumeClone;
import jong.cli.volume.VolumeCreate;
import jong.cli.volume.VolumeExport;
import jong.cli.volume.VolumeImport;
import jong.cli.volume.VolumeInspect;
import jong.cli.volume.VolumeList;
import jong.cli.volume.VolumePrune;
import jong.cli.volume.VolumeRemove;
import jong.cli.volume.VolumeRename;
import jong.cli.volume.VolumeUpdate;
import org.jspecify.annotations.Nullable;

/** Names and makes the commands; only the one that is called is ever made. */
final class Commands {

    /** The commands that need no group, without their aliases. */
    static final List<String> TOP =
            List.of(
                    "attach", "commit", "cp", "create", "diff", "events", "exec", "export",
                    "history", "images", "import", "info", "inspect", "kill", "load", "login",
                    "logout", "logs", "pause", "port", "ps", "pull", "push", "rename", "restart",
                    "rm", "rmi", "run", "save", "search", "start", "stats", "stop", "tag", "top",
                    "unpause", "update", "version", "wait");

    private Commands() {}

    /** A command that stands alone, such as {@code ps}. */
    static @Nullable Command top(String name) {
        return switch (name) {
            case "ps" -> new ContainerList();
            case "images" -> new ImageList();
            case "rmi" -> new ImageRemove();
            case "history", "import", "load", "pull", "push", "save", "tag" -> image(name);
            case "inspect" -> new Inspect();
            case "login" -> new Login();
            case "logout" -> new Logout();
            case "search" -> new Search();
            case "version" -> new Version();
            case "events", "info" -> system(name);
            case "ls", "list", "prune" -> null;
            default -> container(name);
        };
    }

    /** A command of a group, such as {@code container ls}. */
    static @Nullable Command in(String group, String name) {
        return switch (group) {
            case "container" -> name.equals("inspect") ? new ContainerInspect() : container(name);
            case "image" -> image(name);
            case "network" -> network(name);
            case "volume" -> volume(name);
            case "context" -> context(name);
            case "system" -> system(name);
            case "manifest" -> manifest(name);
            default -> null;
        };
    }

    private static @Nullable Command container(String name) {
        return switch (name) {
            case "run" -> new Run();
            case "create" -> new Create();
            case "ls", "list", "ps" -> new ContainerList();
            case "exec" -> new Exec();
            case "logs" -> new Logs();
            case "start" -> new Start();
            case "stop" -> new Stop(false);
            case "restart" -> new Stop(true);
            case "kill" -> new Kill();
            case "pause" -> new Pause(false);
            case "unpause" -> new Pause(true);
            case "rename" -> new Rename();
            case "wait" -> new Wait();
            case "rm", "remove" -> new Remove();
            case "attach" -> new Attach();
            case "top" -> new Top();
            case "stats" -> new Stats();
            case "port" -> new PortList();
            case "commit" -> new Commit();
            case "cp" -> new Copy();
            case "diff" -> new Diff();
            case "update" -> new Update();
            case "export" -> new Export();
            case "prune" -> new ContainerPrune();
            default -> null;
        };
    }

    private static @Nullable Command image(String name) {
        return switch (name) {
            case "ls", "list" -> new ImageList();
            case "pull" -> new Pull();
            case "push" -> new Push();
            case "load" -> new Load();
            case "save" -> new Save();
            case "import" -> new Import();
            case "tag" -> new Tag();
            case "rm", "remove" -> new ImageRemove();
            case "history" -> new History();
            case "inspect" -> new ImageInspect();
            case "prune" -> new ImagePrune();
            default -> null;
        };
    }

    private static @Nullable Command network(String name) {
        return switch (name) {
            case "ls", "list" -> new NetworkList();
            case "create" -> new NetworkCreate();
            case "rm", "remove" -> new NetworkRemove();
            case "inspect" -> new NetworkInspect();
            case "prune" -> new NetworkPrune();
            case "connect" -> new NetworkConnect();
            case "disconnect" -> new NetworkDisconnect();
            default -> null;
        };
    }

    private static @Nullable Command volume(String name) {
        return switch (name) {
            case "ls", "list" -> new VolumeList();
            case "create" -> new VolumeCreate();
            case "clone" -> new VolumeClone();
            case "export" -> new VolumeExport();
            case "import" -> new VolumeImport();
            case "rename" -> new VolumeRename();
            case "update" -> new VolumeUpdate();
            case "rm", "remove" -> new VolumeRemove();
            case "inspect" -> new VolumeInspect();
            case "prune" -> new VolumePrune();
            default -> null;
        };
    }

    private static @Nullable Command context(String name) {
        return switch (name) {
            case "ls", "list" -> new ContextList();
            case "use" -> new ContextUse();
            case "show" -> new ContextShow();
            case "inspect" -> new ContextInspect();
            default -> null;
        };
    }

    private static @Nullable Command manifest(String name) {
        return switch (name) {
            case "inspect" -> new ManifestInspect();
            case "create" -> new ManifestCreate();
            case "annotate" -> new ManifestAnnotate();
            case "push" -> new ManifestPush();
            case "rm" -> new ManifestRemove();
            default -> null;
        };
    }

    private static @Nullable Command system(String name) {
        return switch (name) {
            case "info" -> new Info();
            case "check" -> new Check();
            case "events" -> new Events();
            default -> null;
        };
    }
}
