package dev.spillway.pressure;

import dev.spillway.connection.ConnectionFacts;
import java.util.Locale;

/** What can run short. Each signal says what closing one connection gives back of it. */
public enum Signal {
    /** Live Java heap, in bytes: what was used after the last collection. */
    HEAP("bytes", false) {
        @Override
        public long gain(ConnectionFacts connection) {
            return connection.fixedBytes();
        }
    },
    /** Direct memory in use by Netty, in bytes. */
    DIRECT("bytes", true) {
        @Override
        public long gain(ConnectionFacts connection) {
            return connection.heldBytes();
        }
    },
    /** Bytes that connections' buffers hold, against what the memory budget has for ordinary reads. */
    LEDGER("bytes", true) {
        @Override
        public long gain(ConnectionFacts connection) {
            return connection.heldBytes();
        }
    },
    /** Open file descriptors of the process. */
    DESCRIPTORS("descriptors", false) {
        @Override
        public long gain(ConnectionFacts connection) {
            return 2;
        }
    },
    /** Connections, against the most at which one more eligible one is taken. */
    CONNECTIONS("connections", false) {
        @Override
        public long gain(ConnectionFacts connection) {
            return 1;
        }
    };

    private final String unit;
    private final boolean ofHeldBytes;

    Signal(String unit, boolean ofHeldBytes) {
        this.unit = unit;
        this.ofHeldBytes = ofHeldBytes;
    }

    /** How much of this signal closing {@code connection} is expected to give back, in {@link #unit()}s. */
    public abstract long gain(ConnectionFacts connection);

    /** What {@code used} and {@code limit} of a reading count. */
    public String unit() {
        return unit;
    }

    /**
     * Whether only bytes that connections hold relieve this signal. If not, each connection's fixed cost or slot does,
     * so that an idle connection is worth closing too.
     */
    public boolean relievedByHeldBytes() {
        return ofHeldBytes;
    }

    /** The word used in configuration, logs, metrics and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
