package dev.spillway.transport;

/**
 * Thrown from the allocation of a channel's read buffer to refuse a read that nobody asked for. On every transport the
 * bytes then stay in the kernel, the channel goes on as before, and its pipeline is told by {@code exceptionCaught}. Not
 * for a read that {@code Channel.read()} asked for: io_uring would count it as asked for ever after. It has no trace, and
 * there is one only: it can come often.
 */
public final class ReadRefused extends RuntimeException {
    /** The only one. */
    public static final ReadRefused REFUSED = new ReadRefused();

    private static final long serialVersionUID = 1L;

    private ReadRefused() {
        super("nobody asked for this read", null, false, false);
    }
}
