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
 * Bytes one way or both as fast as they go, over a few connections, each with its own thread for each way. Sender and receiver count, and the
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
        UPLOAD,
        /** Both at once on every connection; counted together. */
        BOTH;

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
        String way = direction == Direction.BOTH ? "both ways at once" : direction.lower();
        return "Bulk " + way + ", " + (connections == 1 ? "1 connection" : connections + " connections");
    }

    @Override
    public Unit unit() {
        return Unit.BYTES;
    }

    @Override
    public long run(Endpoints endpoints, Backend backend, Duration duration) throws LoadFailure, InterruptedException {
        Deadline deadline = Deadline.in(duration);
        return switch (direction) {
            case UPLOAD -> onEach(endpoints.sink(), deadline, List.of(client -> upload(client, deadline)))[0];
            case DOWNLOAD -> {
                backend.source().sendUntil(deadline);
                long before = backend.source().sentBytes();
                long received = onEach(endpoints.source(), deadline, List.of(Bulk::download))[0];
                requireSame(received, backend.source().sentBytes() - before);
                yield received;
            }
            case BOTH -> both(endpoints.source(), backend.source(), deadline);
        };
    }

    private long both(InetSocketAddress target, SourceServer source, Deadline deadline)
            throws LoadFailure, InterruptedException {
        source.sendAndReceiveUntil(deadline);
        long sentBefore = source.sentBytes();
        long receivedBefore = source.receivedBytes();
        long[] moved = onEach(target, deadline, List.of(Bulk::download, client -> send(client, deadline)));
        requireSame(moved[0], source.sentBytes() - sentBefore);
        requireSame(source.receivedBytes() - receivedBefore, moved[1]);
        return moved[0] + moved[1];
    }

    private void requireSame(long received, long sent) throws LoadFailure {
        if (received != sent) {
            throw new LoadFailure(id() + ": " + received + " bytes received (expected: the " + sent + " sent)");
        }
    }

    /** What is done on one connection; returns the bytes moved. */
    private interface Transfer {
        long on(SocketChannel client) throws IOException, LoadFailure;
    }

    /** Does all of {@code transfers} on each connection, at the same time; returns what each of them moved, over all. */
    private long[] onEach(InetSocketAddress target, Deadline deadline, List<Transfer> transfers)
            throws LoadFailure, InterruptedException {
        List<SocketChannel> clients = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(connections * transfers.size(), Bulk::daemon);
        try {
            List<Future<Long>> underWay = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                SocketChannel client = SocketChannel.open(target);
                clients.add(client);
                for (Transfer transfer : transfers) {
                    Callable<Long> task = () -> transfer.on(client);
                    underWay.add(threads.submit(task));
                }
            }
            long[] moved = new long[transfers.size()];
            for (int i = 0; i < underWay.size(); i++) {
                moved[i % moved.length] += underWay.get(i).get(deadline.patienceMillis(), TimeUnit.MILLISECONDS);
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
        long count = SourceServer.drain(client);
        if (count == 0) {
            throw new LoadFailure("end of stream before the first byte (expected: a buffer at least)");
        }
        return count;
    }

    /** Sends until the deadline, a buffer at least, and ends the stream; returns the bytes. */
    private static long send(SocketChannel client, Deadline deadline) throws IOException {
        long sent = SourceServer.send(client, deadline);
        client.shutdownOutput();
        return sent;
    }

    private static long upload(SocketChannel client, Deadline deadline) throws IOException, LoadFailure {
        long sent = send(client, deadline);
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * Long.BYTES);
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
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
