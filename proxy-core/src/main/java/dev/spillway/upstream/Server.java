package dev.spillway.upstream;

import dev.spillway.limit.LogPace;
import dev.spillway.transport.HostPort;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One address that a server's name stands for, and whether it is passed over. Any thread; the mark is advice, so a lost
 * update costs one more attempt at most.
 */
final class Server {
    private final HostPort name;
    private final InetSocketAddress address;
    private final LogPace pace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private volatile boolean down;
    private volatile long downAt;

    Server(HostPort name, InetSocketAddress address) {
        this.name = name;
        this.address = address;
    }

    HostPort name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    boolean down() {
        return down;
    }

    /** Whether it should be tried before others, at {@code now}. */
    boolean worthTrying(long now, long retryNanos) {
        return !down || now - downAt >= retryNanos;
    }

    /** Notes a failed attempt; true if it was up until now. */
    boolean markDown(long now) {
        boolean was = !down;
        downAt = now;
        down = true;
        return was;
    }

    /** Notes a connection; true if it was down until now. */
    boolean markUp() {
        boolean was = down;
        down = false;
        return was;
    }

    /** Counts a change between up and down; how many there were since the last line, or 0 if none is due. */
    long changes(long now) {
        return pace.occasion(now);
    }

    boolean sameAs(Server other) {
        return name.equals(other.name) && address.equals(other.address);
    }
}
