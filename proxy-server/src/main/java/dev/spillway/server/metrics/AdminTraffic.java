package dev.spillway.server.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What the admin plane counts about itself. Any thread may count and read. */
public final class AdminTraffic {
    /** Why the admin plane turned someone away. */
    public enum Refusal {
        /** It had as many connections as it may, and none of them was waiting. */
        MAX_CONNECTIONS,
        /** A connection that waited without a request gave its place to a new one. */
        DISPLACED,
        /** A request did not arrive in time. */
        SLOW_REQUEST,
        /** The answer was not read in time. */
        SLOW_READER,
        /** What arrived was not HTTP, or too large. */
        BAD_REQUEST,
        /** The Host header named somebody else. */
        WRONG_HOST,
        /** No token, or a wrong one. */
        WRONG_TOKEN,
        /** A change that a page of somebody else's sent. */
        CROSS_SITE,
        /** A change while as many waited as may. */
        BUSY;

        /** The word used in logs and metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The classes of status an answer of ours can have: 2xx, 4xx, 5xx. */
    static final int[] STATUS_CLASSES = {2, 4, 5};

    private final AtomicLongArray answers = new AtomicLongArray(6);
    private final AtomicLongArray refusals = new AtomicLongArray(Refusal.values().length);
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong bodyBytes = new AtomicLong();

    /** A connection was taken. */
    public void opened() {
        open.incrementAndGet();
    }

    /** A connection that was taken is closed. */
    public void closed() {
        open.decrementAndGet();
    }

    /** A request was answered with {@code status}, 100–599. */
    public void answered(int status) {
        answers.incrementAndGet(status / 100);
    }

    /** Someone was turned away. */
    public void refused(Refusal why) {
        refusals.incrementAndGet(why.ordinal());
    }

    /** Bytes of a request's body were taken in, or, if negative, let go. */
    public void bodyBytes(int bytes) {
        bodyBytes.addAndGet(bytes);
    }

    /** Bytes of the bodies of requests that are held now. */
    public long bodyBytes() {
        return bodyBytes.get();
    }

    /** Connections open now. */
    public long open() {
        return open.get();
    }

    /** Answers so far whose status begins with {@code digit}, 1–5. */
    public long answers(int digit) {
        return answers.get(digit);
    }

    /** Refusals so far; every reason is there. */
    public Map<Refusal, Long> refusals() {
        Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);
        for (Refusal why : Refusal.values()) {
            counts.put(why, refusals.get(why.ordinal()));
        }
        return counts;
    }
}
