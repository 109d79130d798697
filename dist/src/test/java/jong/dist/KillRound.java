package jong.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jong.dist.KillModel.Presence;

/**
 * Several commands at once, at work when the daemon is killed, and what must be true afterwards.
 */
final class KillRound {

    private static final int COMMANDS = 3;

    private final Engine engine;
    private final Cli cli;
    private final Random random;
    private final List<String> pulls;
    private final List<Path> archives;
    private final LocalRegistry registry;
    private final KillModel images;
    private final KillModel containers;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());

    /**
     * Prepares a round.
     *
     * @param pulls names of images in the registry
     * @param archives of an image {@code loaded:N} each
     */
    KillRound(
            Engine engine,
            Random random,
            LocalRegistry registry,
            List<String> pulls,
            List<Path> archives,
            KillModel images,
            KillModel containers) {
        this.engine = engine;
        this.cli = engine.cli(Client.DOCKER);
        this.random = random;
        this.registry = registry;
        this.pulls = pulls;
        this.archives = archives;
        this.images = images;
        this.containers = containers;
    }

    /** What was run and how it ended, for the message of a failure. */
    List<String> log() {
        return log;
    }

    /** How the commands ended: {@code pull +} succeeded, {@code pull -} did not. */
    List<String> outcomes() {
        return outcomes;
    }

    /** Pulls an image and removes it again; how long that took, in milliseconds. */
    int measure() {
        long began = System.nanoTime();
        cli.run("pull", "-q", pulls.getFirst()).succeeded();
        cli.run("rmi", pulls.getFirst()).succeeded();
        return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /**
     * Runs commands, kills the daemon, and looks what is there when it runs again.
     *
     * @param longestLife how long the daemon lives at most after the commands began
     */
    void run(int longestLife) throws InterruptedException {
        List<Thread> commands = new ArrayList<>();
        Set<String> subjects = new TreeSet<>();
        var start = new CountDownLatch(1);
        while (commands.size() < COMMANDS) {
            Runnable command = next(subjects);
            commands.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    start.await();
                                    command.run();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
        int life = random.nextInt(longestLife);
        log.add("killed after " + life + " ms");
        start.countDown();
        Thread.sleep(life);
        engine.kill();
        for (Thread command : commands) {
            command.join();
        }
        engine.start();
        if (subjects.contains("prune")) {
            images.doubt(images.present());
        }
        images.compare("images", lines("images --format {{.Repository}}:{{.Tag}}"));
        containers.compare("containers", lines("ps -a --format {{.Names}}"));
    }

    /** Makes an image's container run: all its layers are there. */
    void runSomething() {
        List<String> present = images.present();
        if (!present.isEmpty()) {
            String image = present.get(random.nextInt(present.size()));
            cli.run("run --rm --network none", image, "true").succeeded();
        }
    }

    private Set<String> lines(String command) {
        Set<String> lines = new TreeSet<>(cli.run(command).succeeded().lines());
        lines.remove("<none>:<none>");
        return lines;
    }

    /** A command on something that no other command of the round works on. */
    private Runnable next(Set<String> subjects) {
        while (true) {
            int choice = random.nextInt(100);
            if (choice < 30) {
                String name = pulls.get(random.nextInt(pulls.size()));
                if (subjects.add(name)) {
                    return adding(images, name, "pull", "-q", name);
                }
            } else if (choice < 45) {
                int number = random.nextInt(archives.size());
                String name = "loaded:" + number;
                if (subjects.add(name)) {
                    String archive = archives.get(number).toString();
                    return adding(images, name, "load", "-q", "-i", archive);
                }
            } else if (choice < 65) {
                String name = pick(images.present());
                if (subjects.add(name)) {
                    return removing(images, name, "rmi", name);
                }
            } else if (choice < 72) {
                if (subjects.add("prune")) {
                    return this::prune;
                }
            } else {
                Runnable command = withImage(subjects, choice);
                if (command != null) {
                    return command;
                }
            }
        }
    }

    private @org.jspecify.annotations.Nullable Runnable withImage(
            Set<String> subjects, int choice) {
        String container = "box" + random.nextInt(6);
        String image = pick(images.present());
        if (containers.isPresent(container)) {
            return subjects.add(container)
                    ? removing(containers, container, "rm", container)
                    : null;
        }
        if (image.isEmpty() || subjects.contains(image)) {
            return null;
        }
        if (choice < 82) {
            return subjects.add(container)
                    ? adding(
                            containers,
                            container,
                            "create",
                            "--pull=never",
                            "--name",
                            container,
                            image)
                    : null;
        }
        String made = "made:" + random.nextInt(4);
        if (choice < 88) {
            return subjects.add(made) ? adding(images, made, "tag", image, made) : null;
        }
        String stopped = pick(containers.present());
        if (choice < 94) {
            return !stopped.isEmpty() && subjects.add(made)
                    ? adding(images, made, "commit", stopped, made)
                    : null;
        }
        String pushed = registry.name("pushed" + random.nextInt(4)) + ":v1";
        return subjects.add(pushed) ? () -> push(image, pushed) : null;
    }

    private void push(String image, String name) {
        boolean tagged = images.isPresent(name);
        images.set(name, Presence.UNKNOWN);
        if (tagged || run("tag", image, name).isEmpty()) {
            run("push", "-q", name);
        }
    }

    private Runnable adding(KillModel model, String thing, String... command) {
        return () -> {
            model.set(thing, Presence.UNKNOWN);
            if (run(command).isEmpty()) {
                model.set(thing, Presence.PRESENT);
            }
        };
    }

    private Runnable removing(KillModel model, String thing, String... command) {
        return () -> {
            boolean known = model.isPresent(thing);
            model.set(thing, Presence.UNKNOWN);
            if (run(command).isEmpty() && known) {
                model.set(thing, Presence.ABSENT);
            }
        };
    }

    /** Takes any image that no container uses, also one that comes meanwhile. */
    private void prune() {
        run("image", "prune", "-af");
    }

    /** Runs a command; empty if it succeeded, or else what it said. */
    private String run(String... command) {
        Result result = cli.run(command);
        log.add(String.join(" ", command) + " → " + result.status() + " " + result.err().strip());
        outcomes.add(command[0] + (result.status() == 0 ? " +" : " -"));
        return result.status() == 0 ? "" : "failed: " + result.err();
    }

    private String pick(List<String> those) {
        return those.isEmpty() ? "" : those.get(random.nextInt(those.size()));
    }
}
