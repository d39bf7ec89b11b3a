package dev.spillway.transport;

/** The transport asked for does not work on this machine; the message says why. */
public final class TransportUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    TransportUnavailable(String message) {
        super(message);
    }
}
