package dev.spillway.transport;

import java.util.Locale;

/** A way of asking the kernel for I/O. */
public enum TransportKind {
    /** Linux io_uring. */
    IO_URING,
    /** Linux epoll. */
    EPOLL,
    /** The JDK's selector, everywhere. */
    NIO;

    /** The word used in configuration, logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
