package dev.spillway;

/** A listener could not be bound; the message names the listener, the address and the reason. */
public final class BindFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failure with this message, which is shown to the operator as it is. */
    public BindFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
