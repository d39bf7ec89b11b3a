package dev.spillway.server.demo;

import dev.spillway.BindFailure;
import dev.spillway.ProxyView;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.events.EventLog;
import dev.spillway.transport.TransportUnavailable;

/** What the demo needs of the process it runs in: the same proxy that {@code spillway run} runs, and the signals. */
public interface DemoHost {
    /**
     * A proxy with its admin plane that runs.
     *
     * @param proxy what it shows of itself
     * @param events what it has to tell
     * @param closing ends all of it at once
     */
    record Running(ProxyView proxy, EventLog events, AutoCloseable closing) {}

    /**
     * Starts a proxy and its admin plane.
     *
     * @throws BindFailure if a port can't be bound; nothing is left open then
     * @throws TransportUnavailable if the settings ask for a transport that does not work here
     */
    Running start(SpillwaySettings settings) throws BindFailure, TransportUnavailable;

    /** Waits until a signal asks for the end. */
    void awaitTermination() throws InterruptedException;
}
