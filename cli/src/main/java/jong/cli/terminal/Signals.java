package jong.cli.terminal;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The signals of this process, through {@code sun.misc.Signal}: Java has no other way. It is called
 * by reflection because the compiler's warning about it cannot be switched off; only commands that
 * attach pay for that.
 *
 * <p>The JVM keeps some signals to itself (USR1, QUIT, SEGV …); asking for those changes nothing.
 */
public final class Signals {

    private static final List<String> FORWARDED =
            List.of(
                    "HUP", "INT", "TERM", "USR2", "CONT", "ALRM", "TSTP", "TTIN", "TTOU", "IO",
                    "PWR");

    private Signals() {}

    /** Calls {@code handler} with the name of each signal that a container's process could get. */
    public static void forward(Consumer<String> handler) {
        for (String name : FORWARDED) {
            on(name, () -> handler.accept(name));
        }
    }

    /** Calls {@code action}, on a thread of its own, when the signal comes. */
    public static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) -> invoke(self, method, arguments, action));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            // This JVM keeps the signal to itself.
            assert e != null;
        }
    }

    private static @Nullable Object invoke(
            Object self, Method method, Object @Nullable [] arguments, Runnable action) {
        return switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" -> arguments != null && same(self, arguments[0]);
            case "hashCode" -> System.identityHashCode(self);
            default -> "signal handler";
        };
    }

    @SuppressWarnings("ReferenceEquality") // A proxy's equals would come back here.
    private static boolean same(Object self, @Nullable Object other) {
        return self == other;
    }
}
