package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Clients of an echo service that ask at a fixed rate, whether or not they are answered in time (open loop), all on the
 * calling thread. Request number n is due at start + n / rate, on connection n modulo their number. Its latency runs from
 * that moment until its response is there, also when it could not be sent then because the connection still waited for the
 * response before: a proxy that stands still for a while pays for every request that should have been sent meanwhile, and
 * not only for the one it kept waiting (no coordinated omission).
 *
 * <p>The thread never sleeps, for the kernel wakes nobody up within microseconds; it gives way to others whenever nothing is
 * due. How late it was with requests that nothing hindered is recorded as well.
 */
public final class OpenLoop {
    /** Finer than a system call, and coarse enough for small histograms. */
    private static final long LEAST_NANOS = 100;

    private static final int DIGITS = 3;

    private final InetSocketAddress target;
    private final int size;
    private final int connections;
    private final double nanosBetween;

    private final Histogram latency = new Histogram(LEAST_NANOS, 2 * Deadline.PATIENCE.toNanos(), DIGITS);
    private final Histogram lateness = new Histogram(LEAST_NANOS, 2 * Deadline.PATIENCE.toNanos(), DIGITS);

    private long startNanos;
    private long answered;
    private boolean progressed;
    private Beside beside = () -> false;

    /**
     * What was seen, in nanoseconds.
     *
     * @param exchanges requests asked for, all of them answered
     * @param latency from the moment a request was due until its response was there
     * @param lateness from the moment a request was due until it was sent, of those whose connection was free: the load
     *     generator's own part in the latency
     */
    public record Outcome(long exchanges, Histogram latency, Histogram lateness) {}

    /** Other work of the calling thread, in turn with the clients'. */
    public interface Beside {
        /** Does what there is to do, without waiting; whether there was anything. */
        boolean turn() throws IOException;
    }

    /**
     * A loop that can be run once.
     *
     * @param target an echo service
     * @param size of requests in bytes, at least 8
     * @param connections they go round; positive
     * @param perSecond rate of requests over all connections; positive
     */
    public OpenLoop(InetSocketAddress target, int size, int connections, double perSecond) {
        if (size < Long.BYTES || connections < 1 || !(perSecond > 0)) {
            throw new IllegalArgumentException("size, connections, rate: " + size + ", " + connections + ", "
                    + perSecond + " (expected: at least 8, positive, positive)");
        }
        this.target = target;
        this.size = size;
        this.connections = connections;
        this.nanosBetween = 1e9 / perSecond;
    }

    /** The same with {@code work} done on this thread between the clients' turns, until the last connection has ended. */
    public Outcome run(Duration duration, Beside work) throws LoadFailure {
        this.beside = work;
        return run(duration);
    }

    /**
     * Asks for {@code duration}, then waits until all is answered and all connections have ended.
     *
     * @throws LoadFailure if a response is wrong or missing
     */
    public Outcome run(Duration duration) throws LoadFailure {
        List<Client> clients = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < connections; i++) {
                    clients.add(new Client(selector));
                }
                long total = Math.max(connections, (long) (duration.toNanos() / nanosBetween));
                startNanos = System.nanoTime();
                exchange(selector, clients, total);
                for (Client client : clients) {
                    client.end();
                }
                return new Outcome(total, latency, lateness);
            } finally {
                for (Client client : clients) {
                    client.channel.close();
                }
            }
        } catch (IOException e) {
            throw new LoadFailure("a connection failed after " + answered + " exchanges", e);
        } catch (WrongResponse e) {
            throw new LoadFailure(String.valueOf(e.getMessage()));
        }
    }

    private void exchange(Selector selector, List<Client> clients, long total) throws IOException, LoadFailure {
        Deadline end = new Deadline(dueNanos(total));
        long next = 0;
        while (answered < total) {
            progressed = false;
            while (next < total && System.nanoTime() - dueNanos(next) >= 0) {
                clients.get((int) (next % connections)).due(next++);
                progressed = true;
            }
            selector.selectNow(key -> ((Client) key.attachment()).proceed());
            progressed |= beside.turn();
            if (!progressed) {
                if (end.isLongPast()) {
                    throw new LoadFailure(total - answered + " of " + total + " requests not answered "
                            + Deadline.PATIENCE.toSeconds() + " s after the last was due");
                }
                Thread.yield();
            }
        }
    }

    private long dueNanos(long request) {
        return startNanos + (long) (request * nanosBetween);
    }

    /** Carries a complaint through the selector's callback. */
    private static final class WrongResponse extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongResponse(String message) {
            super(message);
        }
    }

    /** One connection, with at most one request under way. */
    private final class Client {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer request = ByteBuffer.allocateDirect(size);
        private final ByteBuffer response = ByteBuffer.allocateDirect(size);

        /** The request under way, or the last one. */
        private long current = -1;

        /** Requests due whose turn is after {@link #current}. */
        private long waiting;

        private boolean busy;

        Client(Selector selector) throws IOException {
            channel = SocketChannel.open(target);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void due(long number) throws IOException {
            if (busy) {
                waiting++;
            } else {
                lateness.recordValue(System.nanoTime() - dueNanos(number));
                send(number);
            }
        }

        private void send(long number) throws IOException {
            busy = true;
            current = number;
            request.clear().putLong(0, number);
            response.clear();
            write();
        }

        private void write() throws IOException {
            channel.write(request);
            int interest = SelectionKey.OP_READ | (request.hasRemaining() ? SelectionKey.OP_WRITE : 0);
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        }

        void proceed() {
            progressed = true;
            try {
                if (busy && request.hasRemaining()) {
                    write();
                }
                receive();
            } catch (IOException e) {
                throw new WrongResponse("a connection failed after " + answered + " exchanges: " + e.getMessage());
            }
        }

        private void receive() throws IOException {
            if (!busy) {
                throw new WrongResponse("something came before the request (expected: nothing)");
            }
            if (channel.read(response) < 0) {
                throw new WrongResponse(
                        "end of stream after " + response.position() + " bytes of a response (expected: " + size + ")");
            }
            if (response.hasRemaining()) {
                return;
            }
            if (response.getLong(0) != current) {
                throw new WrongResponse(
                        "response to request " + response.getLong(0) + " (expected: to request " + current + ")");
            }
            latency.recordValue(System.nanoTime() - dueNanos(current));
            answered++;
            busy = false;
            if (waiting > 0) {
                waiting--;
                send(current + connections);
            }
        }

        /** Ends the stream and waits for the other's end. */
        void end() throws IOException {
            key.cancel();
            channel.shutdownOutput();
            long giveUp = System.nanoTime() + Deadline.PATIENCE.toNanos();
            response.clear();
            int read = channel.read(response);
            while (read == 0 && System.nanoTime() - giveUp < 0) {
                if (!beside.turn()) {
                    Thread.yield();
                }
                read = channel.read(response);
            }
            if (read >= 0) {
                throw new WrongResponse((read == 0 ? "no end of stream" : read + " bytes") + " after the last response"
                        + " (expected: the end of stream)");
            }
        }
    }
}
