package dev.spillway.pressure;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import java.util.Locale;

/** What can run short. Each signal says what closing one connection gives back of it. */
public enum Signal {
    /** Live Java heap: what was used after the last collection. */
    HEAP("bytes", Relief.FIXED),
    /** Direct memory in use by Netty. */
    DIRECT("bytes", Relief.HELD),
    /** Bytes that connections' buffers hold, against what the memory budget has for ordinary reads. */
    LEDGER("bytes", Relief.HELD),
    /** TCP memory of the whole kernel, against the point at which it has no more. */
    KERNEL_TCP("bytes", Relief.KERNEL),
    /** TCP memory that the container's own account has, against its limit. */
    CONTAINER_TCP("bytes", Relief.KERNEL),
    /** Memory of the container that can't be reclaimed, against its limit. */
    CONTAINER("bytes", Relief.BURDEN),
    /** Share of the time that something in the container waits for memory (PSI), put as that share of its memory. */
    STALL("bytes", Relief.BURDEN),
    /** Open file descriptors of the process. */
    DESCRIPTORS("descriptors", Relief.DESCRIPTOR),
    /** Connections, against the most at which one more eligible one is taken. */
    CONNECTIONS("connections", Relief.SLOT),
    /** What a file or the API says: for tests, and for an operator's own signal. Put as a share of the memory budget. */
    INJECTED("bytes", Relief.BURDEN);

    /** What of a connection relieves a signal. */
    public enum Relief {
        /** Its buffers. */
        HELD {
            @Override
            long gain(Cost cost) {
                return cost.heldBytes();
            }
        },
        /** What the kernel holds for it. */
        KERNEL {
            @Override
            long gain(Cost cost) {
                return cost.kernelBytes();
            }
        },
        /** Buffers and kernel memory. */
        BURDEN {
            @Override
            long gain(Cost cost) {
                return cost.burdenBytes();
            }
        },
        /** Its objects. */
        FIXED {
            @Override
            long gain(Cost cost) {
                return cost.fixedBytes();
            }
        },
        /** Its two sockets. */
        DESCRIPTOR {
            @Override
            long gain(Cost cost) {
                return 2;
            }
        },
        /** That it is there. */
        SLOT {
            @Override
            long gain(Cost cost) {
                return 1;
            }
        };

        abstract long gain(Cost cost);
    }

    private final String unit;
    private final Relief relief;

    Signal(String unit, Relief relief) {
        this.unit = unit;
        this.relief = relief;
    }

    /** How much of this signal closing {@code connection} is expected to give back, in {@link #unit()}s. */
    public long gain(ConnectionFacts connection) {
        return relief.gain(connection.cost());
    }

    /** What of a connection relieves it. */
    public Relief relief() {
        return relief;
    }

    /** What {@code used} and {@code limit} of a reading count. */
    public String unit() {
        return unit;
    }

    /**
     * Whether only what a connection's peers make it hold relieves this signal. If not, each connection's fixed cost or slot
     * does, so that an idle connection is worth closing too.
     */
    public boolean relievedByBurden() {
        return relief == Relief.HELD || relief == Relief.KERNEL || relief == Relief.BURDEN;
    }

    /**
     * Whether it can only grow by what the proxy does itself: take a connection, make one, or read. While nothing moves it stays
     * where it is, however high.
     */
    boolean growsByActivityAlone() {
        return this == LEDGER || this == DESCRIPTORS || this == CONNECTIONS;
    }

    /** The word used in configuration, logs, metrics and the API: {@code kernel-tcp} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
