package dev.spillway.syngate;

import dev.spillway.syn.SynOrder;

/**
 * Keeps newcomers to eligible listeners out (S3); never those to exempt ones. Closing it opens it for good. Methods may be
 * called on any thread but an event loop.
 */
public interface SynGate extends AutoCloseable {
    /** Which means this gate has, as shown to the operator: {@code kernel-filter}, {@code accept-pause} … */
    String kind();

    /**
     * Says what is kept out from now on. To be said again and again while anybody is: what is not renewed ends.
     *
     * @param order what is
     */
    void apply(SynOrder order);

    /**
     * Does at once what settings, networks or listeners that have changed mean for what is kept out.
     *
     * @return whether it is done, so that nobody is kept out any more who is exempt now. False if an event loop did not come to it
     *     in time: that is in the log with the listeners, and is done as soon as the loop comes to it
     */
    default boolean refresh() {
        return true;
    }

    /** Counts what the kernel has dropped. To be asked now and then while the gate is shut, and once after. */
    default void count() {}

    /** What it does now. */
    default SynGateView view() {
        return SynGateView.of(kind(), "", 0);
    }

    /** Opens the gate. */
    @Override
    void close();
}
