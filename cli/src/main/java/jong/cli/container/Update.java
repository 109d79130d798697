package jong.cli.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.api.client.Request;
import jong.cli.command.Arity;
import jong.cli.command.Command;
import jong.cli.command.ForEach;
import jong.cli.command.Session;
import jong.cli.command.Synopsis;
import jong.cli.failure.CommandException;
import jong.cli.flags.FlagSet;
import jong.wire.json.JsonObject;

/** {@code update}. */
public final class Update extends Command {

    /** Makes the command. */
    public Update() {}

    @Override
    public Synopsis synopsis() {
        return new Synopsis(
                "[OPTIONS] CONTAINER [CONTAINER...]",
                "Update configuration of one or more containers",
                "container update, update",
                Arity.atLeast(1));
    }

    @Override
    public String flags() {
        return """
              --blkio-weight uint16        Block IO (relative weight), between 10 and \
        1000, or 0 to disable (default 0)
              --cpu-period int             Limit CPU CFS (Completely Fair Scheduler) \
        period
              --cpu-quota int              Limit CPU CFS (Completely Fair Scheduler) \
        quota
              --cpu-rt-period int          Limit the CPU real-time period in \
        microseconds
              --cpu-rt-runtime int         Limit the CPU real-time runtime in \
        microseconds
          -c, --cpu-shares int             CPU shares (relative weight)
              --cpus decimal               Number of CPUs
              --cpuset-cpus string         CPUs in which to allow execution (0-3, 0,1)
              --cpuset-mems string         MEMs in which to allow execution (0-3, 0,1)
          -m, --memory bytes               Memory limit
              --memory-reservation bytes   Memory soft limit
              --memory-swap bytes          Swap limit equal to memory plus swap: -1 to \
        enable unlimited swap
              --pids-limit int             Tune container pids limit (set -1 for \
        unlimited)
              --restart string             Restart policy to apply when a container \
        exits
        """;
    }

    @Override
    public int run(Session session, FlagSet flags) throws IOException {
        var limits = new JsonObject();
        ResourceFlags.put(flags, limits);
        if (flags.given("restart")) {
            limits.put("RestartPolicy", RestartFlag.parse(flags.text("restart")));
        }
        if (limits.isEmpty()) {
            throw new CommandException(
                    "you must provide one or more flags when using this command");
        }
        List<String> warnings = new ArrayList<>();
        int code =
                ForEach.print(
                        session,
                        flags.arguments(),
                        name -> {
                            Request request = Request.post("/containers/" + name + "/update");
                            JsonObject result = session.client().object(request.json(limits));
                            warnings.addAll(result.strings("Warnings"));
                        });
        if (!warnings.isEmpty()) {
            session.out().println(String.join("\n", warnings));
        }
        return code;
    }
}
