package dev.spillway.server.demo;

import java.util.concurrent.atomic.AtomicLong;

/** Running counts of one group of honest clients; written by the crowd's thread, read by any. */
final class Tally {
    final AtomicLong done = new AtomicLong();
    final AtomicLong reset = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong timedOut = new AtomicLong();
    final AtomicLong wrong = new AtomicLong();
    final Latencies latencies = new Latencies();

    Exchanges snapshot() {
        return new Exchanges(done.get(), reset.get(), refused.get(), timedOut.get(), wrong.get(), latencies.snapshot());
    }
}
