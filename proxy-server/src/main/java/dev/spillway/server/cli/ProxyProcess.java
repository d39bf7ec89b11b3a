package dev.spillway.server.cli;

import dev.spillway.BindFailure;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.transport.TransportUnavailable;

/** Runs a proxy in this process until it is told to end. */
@FunctionalInterface
public interface ProxyProcess {
    /**
     * Starts, serves, and returns when a signal has ended it and everything is closed.
     *
     * @return the exit code
     * @throws BindFailure if a port cannot be bound; nothing is left open then
     * @throws TransportUnavailable if the transport that is asked for does not work here; nothing is left open then
     */
    int run(SpillwaySettings settings) throws BindFailure, TransportUnavailable;
}
