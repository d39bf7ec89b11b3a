package dev.spillway.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Wakes whoever rests when something moves: a read after a while without any, or a connection that was accepted. Then it has
 * to be asked for anew, so that of a thousand reads only the first costs more than the look at one field. Any thread.
 */
public final class Rousing {
    private static final VarHandle RESTING;

    static {
        try {
            RESTING = MethodHandles.lookup().findVarHandle(Rousing.class, "resting", Runnable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile @Nullable Runnable resting;

    /** Nobody rests. */
    Rousing() {}

    /** Has {@code wake} run, once, on the thread on which something moves next. In place of what was asked for before. */
    public void next(Runnable wake) {
        resting = wake;
        // Whoever rests looks once more whether something has moved meanwhile, and must not do so before this is seen.
        VarHandle.fullFence();
    }

    /** Nobody rests any more. */
    public void cancel() {
        resting = null;
    }

    /** Something moves. */
    void stir() {
        Runnable wake = resting;
        if (wake != null && RESTING.compareAndSet(this, wake, null)) {
            wake.run();
        }
    }
}
