package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The service behind every proxy, in this process, on three loopback ports: see {@link Endpoints}. Safe for use by any
 * thread.
 */
public final class Backend implements AutoCloseable {
    private final EchoServer echo;
    private final SourceServer source;
    private final SinkServer sink;

    private Backend(EchoServer echo, SourceServer source, SinkServer sink) {
        this.echo = echo;
        this.source = source;
        this.sink = sink;
    }

    /** Binds and serves. */
    public static Backend start() throws IOException {
        return start(EchoServer.start());
    }

    /** The same with the echo service at {@code echo}, where another one may have been. */
    public static Backend startAt(InetSocketAddress echo) throws IOException {
        return start(EchoServer.start(echo));
    }

    private static Backend start(EchoServer echo) throws IOException {
        try {
            SourceServer source = SourceServer.start();
            try {
                return new Backend(echo, source, SinkServer.start());
            } catch (IOException e) {
                source.close();
                throw e;
            }
        } catch (IOException e) {
            echo.close();
            throw e;
        }
    }

    /** Where it listens. */
    public Endpoints endpoints() {
        return new Endpoints(echo.address(), source.address(), sink.address());
    }

    /** Connections that are open now, at all three ports. */
    public int openConnections() {
        return echo.openConnections() + source.openConnections() + sink.openConnections();
    }

    /**
     * Has the echo service served by the caller's thread, and by its own again once the loan is closed. One loan at a time.
     *
     * @throws InterruptedException if it is while its own thread comes to rest; then it still does
     */
    public EchoLoan lendEcho() throws InterruptedException {
        return echo.lend();
    }

    /** The echo service on a borrowed thread; for that thread only. */
    public interface EchoLoan extends OpenLoop.Beside, AutoCloseable {
        @Override
        void close();
    }

    SourceServer source() {
        return source;
    }

    /** Ends all connections and threads. */
    @Override
    public void close() {
        echo.close();
        source.close();
        sink.close();
    }
}
