package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bytes one way as fast as they go, over a few connections, each on its own thread. Sender and receiver count, and the
 * counts must be the same.
 *
 * @param direction as the client sees it
 * @param connections at once; positive
 */
public record Bulk(Direction direction, int connections) implements Workload {
    /** Which way the bytes go. */
    public enum Direction {
        /** From the backend to the client. */
        DOWNLOAD,
        /** From the client to the backend. */
        UPLOAD;

        private String lower() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String id() {
        return "bulk-" + direction.lower() + "-" + connections;
    }

    @Override
    public String title() {
        return "Bulk " + direction.lower() + ", " + (connections == 1 ? "1 connection" : connections + " connections");
    }

    @Override
    public Unit unit() {
        return Unit.BYTES;
    }

    @Override
    public long run(Endpoints endpoints, Backend backend, Duration duration) throws LoadFailure, InterruptedException {
        Deadline deadline = Deadline.in(duration);
        if (direction == Direction.UPLOAD) {
            return onEach(endpoints.sink(), deadline, client -> upload(client, deadline));
        }
        backend.source().sendUntil(deadline);
        long before = backend.source().sentBytes();
        long received = onEach(endpoints.source(), deadline, Bulk::download);
        long sent = backend.source().sentBytes() - before;
        if (received != sent) {
            throw new LoadFailure(id() + ": " + received + " bytes received (expected: the " + sent + " sent)");
        }
        return received;
    }

    /** What is done on one connection; returns the bytes moved. */
    private interface Transfer {
        long on(SocketChannel client) throws IOException, LoadFailure;
    }

    private long onEach(InetSocketAddress target, Deadline deadline, Transfer transfer)
            throws LoadFailure, InterruptedException {
        List<SocketChannel> clients = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(connections, Bulk::daemon);
        try {
            List<Future<Long>> transfers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel client = SocketChannel.open(target);
                clients.add(client);
                Callable<Long> task = () -> transfer.on(client);
                transfers.add(threads.submit(task));
            }
            long moved = 0;
            for (Future<Long> each : transfers) {
                moved += each.get(deadline.patienceMillis(), TimeUnit.MILLISECONDS);
            }
            return moved;
        } catch (IOException | ExecutionException e) {
            throw new LoadFailure(id() + ": a connection failed", e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new LoadFailure(id() + ": not finished " + Deadline.PATIENCE.toSeconds() + " s after its end");
        } finally {
            threads.shutdown();
            closeAll(clients);
        }
    }

    private static void closeAll(List<SocketChannel> clients) throws LoadFailure {
        for (SocketChannel client : clients) {
            try {
                client.close();
            } catch (IOException e) {
                throw new LoadFailure("a client's connection cannot be closed", e);
            }
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "bench-client");
        thread.setDaemon(true);
        return thread;
    }

    private static long download(SocketChannel client) throws IOException, LoadFailure {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SourceServer.BUFFER_BYTES);
        long count = 0;
        int read = 0;
        while (read >= 0) {
            count += read;
            buffer.clear();
            read = client.read(buffer);
        }
        if (count == 0) {
            throw new LoadFailure("end of stream before the first byte (expected: a buffer at least)");
        }
        return count;
    }

    private static long upload(SocketChannel client, Deadline deadline) throws IOException, LoadFailure {
        ByteBuffer buffer = ByteBuffer.allocateDirect(SourceServer.BUFFER_BYTES);
        long sent = 0;
        do {
            buffer.clear();
            sent += client.write(buffer);
        } while (!deadline.isPast());
        client.shutdownOutput();
        buffer.clear();
        int read = 0;
        while (read >= 0) {
            read = client.read(buffer);
        }
        if (buffer.position() != Long.BYTES) {
            throw new LoadFailure(
                    "the sink's answer has " + buffer.position() + " bytes (expected: " + Long.BYTES + ")");
        }
        long received = buffer.flip().getLong();
        if (received != sent) {
            throw new LoadFailure("the sink received " + received + " bytes (expected: the " + sent + " sent)");
        }
        return sent;
    }
}
