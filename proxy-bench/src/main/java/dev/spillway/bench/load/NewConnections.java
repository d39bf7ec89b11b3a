package dev.spillway.bench.load;

import java.time.Duration;

/**
 * Connections that are made, carry one exchange of {@value #EXCHANGE_BYTES} bytes each way, and are closed by the client
 * in good order, one after the other on several lanes.
 *
 * @param lanes connections at once; positive
 */
public record NewConnections(int lanes) implements Workload {
    private static final int EXCHANGE_BYTES = 64;

    @Override
    public String id() {
        return "connect-" + lanes;
    }

    @Override
    public String title() {
        return "New connection, one " + EXCHANGE_BYTES + " B exchange, close; " + lanes + " at a time";
    }

    @Override
    public Unit unit() {
        return Unit.CONNECTIONS;
    }

    @Override
    public long run(Endpoints endpoints, Backend backend, Duration duration) throws LoadFailure, InterruptedException {
        return new ClosedLoop(endpoints.echo(), EXCHANGE_BYTES, lanes)
                .run(Deadline.in(duration), ClosedLoop.Course.CHANGING)
                .connections();
    }
}
