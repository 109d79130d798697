package jong.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogRecord;
import jong.engine.config.DaemonOptions;
import jong.engine.config.Product;
import jong.engine.config.UsageException;
import jong.engine.logging.LogfmtHandler;
import jong.linux.codecs.NativeDigests;
import jong.wire.status.StatusException;

/**
 * The daemon's program, {@code jongd}.
 *
 * <p>It runs until SIGTERM or SIGINT. Then it stops answering and ends with 0; containers go on
 * running, because each is held by a monitor of its own and not by the daemon: what dockerd calls
 * live restore is the normal state here.
 */
public final class EngineMain {

    private static final System.Logger LOG = System.getLogger(EngineMain.class.getName());

    private EngineMain() {}

    /** Runs the daemon with dockerd's options. */
    public static void main(String[] arguments) throws InterruptedException {
        DaemonOptions options;
        try {
            options = DaemonOptions.parse(List.of(arguments));
        } catch (UsageException e) {
            end(System.err, String.valueOf(e.getMessage()), e.exitCode());
            return;
        }
        if (options.help()) {
            end(System.out, DaemonOptions.usage(), 0);
        } else if (options.version()) {
            end(System.out, Product.NAME + " version " + Product.VERSION, 0);
        } else if (options.validate()) {
            end(System.err, "configuration OK", 0);
        } else {
            run(options);
        }
    }

    private static void run(DaemonOptions options) throws InterruptedException {
        LogfmtHandler log = LogfmtHandler.install(System.err, options.logLevel());
        NativeDigests.install();
        options.withoutEffect()
                .forEach(name -> LOG.log(Level.WARNING, "option " + name + " has no effect"));
        Engine engine;
        try {
            engine = Engine.start(options);
        } catch (IOException | StatusException e) {
            end(System.err, "failed to start daemon: " + e.getMessage(), 1);
            return;
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    log.publish(
                                            new LogRecord(
                                                    java.util.logging.Level.INFO,
                                                    "Processing signal, shutting down"));
                                    engine.close();
                                    // The virtual machine's own status would be the signal's.
                                    Runtime.getRuntime().halt(0);
                                },
                                "shutdown"));
        new CountDownLatch(1).await();
    }

    private static void end(PrintStream out, String text, int status) {
        out.println(text);
        if (status != 0) {
            System.exit(status);
        }
    }
}
