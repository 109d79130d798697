package jong.registry.server;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * The signal SIGHUP, through {@code sun.misc.Signal}: Java has no other way. It is called by
 * reflection, as every use of it by name is a warning that the compiler cannot be told to leave
 * out.
 */
final class Hangup {

    private static final System.Logger LOG = System.getLogger(Hangup.class.getName());

    private Hangup() {}

    /** Runs {@code action} on a thread of its own whenever the signal comes. */
    static void whenItComes(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    action.run();
                                }
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "SIGHUP will end the registry: " + e);
        }
    }
}
