package dev.spillway.syngate;

import dev.spillway.transport.TransportUnavailable;

/** The kind of gate that was asked for does not work here. */
public final class SynGateUnavailable extends TransportUnavailable {
    private static final long serialVersionUID = 1;

    SynGateUnavailable(String message) {
        super(message);
    }
}
