package dev.spillway.transport;

/** The transport asked for, or a part of it, does not work on this machine; the message says why. */
public class TransportUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what was asked for, what was expected, and why it does not work */
    protected TransportUnavailable(String message) {
        super(message);
    }
}
