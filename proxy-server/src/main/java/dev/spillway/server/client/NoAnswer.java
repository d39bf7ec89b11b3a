package dev.spillway.server.client;

/** There is no answer that could be used. */
public final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean sent;

    NoAnswer(String message, boolean sent) {
        super(message);
        this.sent = sent;
    }

    /** Whether the request was sent, so that it may have been carried out. */
    public boolean sent() {
        return sent;
    }
}
