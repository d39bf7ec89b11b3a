package dev.spillway.bench.load;

/** A workload did not get what it must get: a connection failed, or bytes are missing, wrong or too many. */
public final class LoadFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** What was seen, and what was expected instead. */
    public LoadFailure(String message) {
        super(message);
    }

    /** What was seen, and what led to it. */
    public LoadFailure(String message, Throwable cause) {
        super(message + ": " + cause, cause);
    }
}
