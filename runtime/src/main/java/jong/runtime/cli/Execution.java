package jong.runtime.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jong.oci.runtime.ProcessSpec;
import jong.oci.runtime.Spec;
import jong.runtime.StartFailure;
import jong.runtime.monitor.MonitorException;
import jong.runtime.plan.ExecPlanRequest;
import jong.runtime.plan.Plan;
import jong.runtime.plan.PlanCompiler;
import jong.runtime.resctrl.ResctrlGroup;
import jong.runtime.validate.Host;
import jong.runtime.validate.SpecValidator;
import jong.wire.json.Json;
import jong.wire.json.JsonException;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.Conflict;
import jong.wire.status.StatusException.InvalidArgument;

/** The command {@code exec}. */
final class Execution {

    private static final List<String> GRANTED = List.of("bounding", "effective", "permitted");
    private static final long LARGEST_ID = 0xffff_ffffL;

    private final Session session;
    private final Arguments arguments;

    private Execution(Session session, Arguments arguments) {
        this.session = session;
        this.arguments = arguments;
    }

    static int exec(Session session, Arguments arguments) throws IOException {
        return new Execution(session, arguments).run();
    }

    private int run() throws IOException {
        Instance instance = session.instance(arguments.id());
        String status = instance.status();
        if (status.equals("stopped")) {
            throw new Conflict("cannot exec in a stopped container");
        }
        if (status.equals("paused") && !arguments.has("ignore-paused")) {
            throw new Conflict(
                    "cannot exec in a paused container (use --ignore-paused to override)");
        }
        Spec spec = instance.directory().spec();
        ProcessSpec process = process(spec);
        boolean detach = arguments.has("detach");
        Terminals.check(process.terminal(), detach, arguments);
        start(plan(instance, spec, process), process.terminal() && !detach);
        if (!detach) {
            session.front().foregroundAndEnd();
        }
        return 0;
    }

    private Plan plan(Instance instance, Spec spec, ProcessSpec process) throws IOException {
        return PlanCompiler.exec(
                new ExecPlanRequest(
                        arguments.id(),
                        instance.state().bundle(),
                        spec,
                        process,
                        instance.state().pid(),
                        instance.state().startTime(),
                        instance.cgroup()
                                .placement(instance.state().pid(), arguments.all("cgroup"))
                                .joining(resctrlFiles(spec)),
                        session.filter(spec.linux()),
                        "",
                        arguments.number("preserve-fds", 0)));
    }

    private List<String> resctrlFiles(Spec spec) throws IOException {
        return session.resctrl(spec.linux(), arguments.id())
                .filter(ResctrlGroup::exists)
                .map(ResctrlGroup::joinFiles)
                .orElse(List.of());
    }

    private void start(Plan plan, boolean keepTerminal) throws IOException {
        var manner =
                new Front.Manner(
                        keepTerminal,
                        false,
                        arguments.value("console-socket", ""),
                        arguments.value("pidfd-socket", ""));
        try {
            PlanLog.tell(plan, session.log());
            Front.Launched made = session.front().launch(plan, manner, _ -> {});
            session.front().start();
            PidFile.write(arguments, made.pid());
        } catch (MonitorException e) {
            throw StartFailure.of(plan, e);
        }
    }

    private ProcessSpec process(Spec spec) throws IOException {
        String file = arguments.value("process", "");
        JsonObject process =
                file.isEmpty() ? fromCommandLine(spec.json().object("process")) : read(file);
        var result = new ProcessSpec(process);
        SpecValidator.check(result);
        SpecValidator.checkAgainst(Host.local(), result);
        return result;
    }

    private JsonObject read(String file) throws IOException {
        try {
            return Json.parseObject(CallerFile.read(session.front(), file));
        } catch (JsonException e) {
            throw new InvalidArgument(file + ": " + e.getMessage(), e);
        }
    }

    /** The first process's, changed as the options say. */
    private JsonObject fromCommandLine(JsonObject process) {
        List<String> command = arguments.words().subList(1, arguments.words().size());
        if (command.isEmpty()) {
            throw new InvalidArgument("exec args cannot be empty");
        }
        process.with("args", command).with("terminal", arguments.has("tty"));
        process.remove("consoleSize");
        replace(process, "cwd", "cwd");
        replace(process, "apparmorProfile", "apparmor");
        replace(process, "selinuxLabel", "process-label");
        append(process, "env", arguments.all("env"));
        if (arguments.given("no-new-privs")) {
            process.with("noNewPrivileges", arguments.has("no-new-privs"));
        }
        addCapabilities(process);
        changeUser(process);
        return process;
    }

    private void replace(JsonObject process, String member, String option) {
        String value = arguments.value(option, "");
        if (!value.isEmpty()) {
            process.with(member, value);
        }
    }

    private static void append(JsonObject object, String member, List<String> more) {
        if (!more.isEmpty()) {
            List<String> all = new ArrayList<>(object.strings(member));
            all.addAll(more);
            object.with(member, all);
        }
    }

    /** Ambient ones need inheritable ones, which are not given here. */
    private void addCapabilities(JsonObject process) {
        List<String> added = arguments.all("cap");
        if (added.isEmpty()) {
            return;
        }
        JsonObject sets = process.object("capabilities");
        for (String set : GRANTED) {
            append(sets, set, added);
        }
        if (sets.has("inheritable")) {
            append(sets, "ambient", added);
        }
        process.with("capabilities", sets);
    }

    private void changeUser(JsonObject process) {
        JsonObject user = process.object("user");
        String text = arguments.value("user", "");
        if (!text.isEmpty()) {
            int colon = text.indexOf(':');
            if (colon >= 0) {
                user.with("gid", id("gid", text.substring(colon + 1)));
            }
            user.with("uid", id("uid", colon < 0 ? text : text.substring(0, colon)));
        }
        List<Object> groups = new ArrayList<>(user.list("additionalGids"));
        for (String gid : arguments.all("additional-gids")) {
            groups.add(id("additional-gids", gid));
        }
        user.withUnlessEmpty("additionalGids", groups);
        process.with("user", user);
    }

    /** Digits only: a slip must not run the command as somebody else (CVE-2026-30892). */
    private static long id(String what, String text) {
        long value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length() && value >= 0; i++) {
            int digit = text.charAt(i) - '0';
            value = digit < 0 || digit > 9 ? -1 : value * 10 + digit;
            value = value > LARGEST_ID ? -1 : value;
        }
        if (value < 0) {
            throw new InvalidArgument(
                    "bad " + what + ": \"" + text + "\" is not a number of an id");
        }
        return value;
    }
}
