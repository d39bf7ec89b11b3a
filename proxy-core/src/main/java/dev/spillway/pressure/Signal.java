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
     * By how much it can grow in a second, in {@link #unit()}s, at the most. An event loop copies less than 2.5 GB/s over loopback and makes
     * less than 50,000 connections of two descriptors each, and pipes (docs/benchmarks.md: 0.58 s of a processor for a copied GB, 71 µs for a connection); into the kernel peers push as much as that, or as a network card
     * of 100 Gbit/s brings. The share of a second in which something waited can double within half a second. The ledger tells of its mark by itself,
     * and a file can be written anything at any time.
     *
     * <p>What is copied takes room in the ledger first, but for one buffer of each event loop, as large as the largest read. Where the ledger
     * tells of its mark before the rest of this signal is filled, only
     * what is not copied counts: the heap's part of a connection, 4000 bytes as its fixed cost is reckoned. What the last collection left of the heap is
     * known only after it, so that signal may leap by whatever came since the one before.
     *
     * @param loops event loops there are; positive
     * @param limit of the signal; positive
     * @param told whether the ledger tells of its mark before what is copied can fill what this signal has left
     */
    double fastestGrowth(int loops, long limit, boolean told) {
        double copied = 2.5e9 * loops;
        double pushed = Math.max(12.5e9, copied);
        return switch (this) {
            case LEDGER -> 0;
            case HEAP -> 50e3 * loops * 4_000 + (told ? 0 : copied);
            case DIRECT -> told ? 0 : copied;
            case KERNEL_TCP, CONTAINER_TCP -> pushed;
            case CONTAINER -> pushed + 2 * copied;
            case STALL -> 2.0 * limit;
            case DESCRIPTORS -> 150e3 * loops;
            case CONNECTIONS -> 50e3 * loops;
            case INJECTED -> Double.POSITIVE_INFINITY;
        };
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
