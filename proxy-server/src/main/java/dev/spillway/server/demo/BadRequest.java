package dev.spillway.server.demo;

import java.io.Serial;

/** A request that can't be answered as asked; carries the status to answer instead. */
final class BadRequest extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status of the answer, 4xx or 5xx
     * @param message one line for whoever sent it
     */
    BadRequest(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
