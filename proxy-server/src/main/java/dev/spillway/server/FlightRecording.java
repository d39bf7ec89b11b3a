package dev.spillway.server;

/**
 * Keeps Netty from having its buffers and arenas told to Java Flight Recorder. To register those events the JVM makes up
 * classes at start, whether anybody records or not.
 *
 * <p>Netty reads this once, when its first class is loaded; this has to come before.
 */
final class FlightRecording {
    /** Netty's own property; who sets it wants them, and is left alone. */
    static final String PROPERTY = "io.netty.jfr.enabled";

    private FlightRecording() {}

    /** Switches them off in this process. */
    static void apply() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "false");
        }
    }
}
