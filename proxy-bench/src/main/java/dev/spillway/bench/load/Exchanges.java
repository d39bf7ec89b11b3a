package dev.spillway.bench.load;

import java.time.Duration;

/**
 * Requests and responses of one size on standing connections, each sending the next request when the response is there
 * (closed loop).
 *
 * @param size of a request and of a response in bytes; at least 8
 * @param connections at once; positive
 */
public record Exchanges(int size, int connections) implements Workload {
    @Override
    public String id() {
        return "exchange-" + size + "B-" + connections;
    }

    @Override
    public String title() {
        return size + " B request and response, " + (connections == 1 ? "1 connection" : connections + " connections");
    }

    @Override
    public Unit unit() {
        return Unit.EXCHANGES;
    }

    @Override
    public long run(Endpoints endpoints, Backend backend, Duration duration) throws LoadFailure, InterruptedException {
        return new ClosedLoop(endpoints.echo(), size, connections)
                .run(Deadline.in(duration), ClosedLoop.Course.STAYING)
                .exchanges();
    }
}
