package dev.spillway.network;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Asks a controller whether it is there. On one thread, as what it tells. */
interface Dialer {
    /** What came of it. */
    sealed interface Outcome {
        /**
         * A connection was established.
         *
         * @param throughDevice whether it can only have gone through the interface of the address
         */
        record Answered(boolean throughDevice) implements Outcome {}

        /** There was none, for a reason that lies in the network or with the controller. */
        record Silent(String why) implements Outcome {}

        /** It could not be asked, because this machine lacks something; that says nothing about the network. */
        record Unasked(String why) implements Outcome {}
    }

    /** One connection on its way. */
    interface Dial {
        /** Gives it up; an outcome is told all the same. More calls do nothing. */
        void cancel();
    }

    /**
     * Connects from {@code from} to {@code controller}, and closes the connection as soon as it is there.
     *
     * @param told called exactly once, maybe before this returns
     */
    Dial dial(LocalAddress from, InetSocketAddress controller, Duration timeout, Consumer<Outcome> told);
}
