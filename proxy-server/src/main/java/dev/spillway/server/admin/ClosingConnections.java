package dev.spillway.server.admin;

import dev.spillway.ProxyControl;
import dev.spillway.relay.ClosedConnections;
import dev.spillway.server.events.ConnectionEvents;
import dev.spillway.server.events.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code POST /api/v1/connections/close}: closes connections by their numbers, whatever their verdict. Not all or nothing,
 * since connections end by themselves: the answer says what became of each.
 */
final class ClosingConnections implements Change {
    /** Of one request. */
    static final int MOST = 1000;

    private final ProxyControl proxy;
    private final Consumer<Event> events;

    ClosingConnections(ProxyControl proxy, Consumer<Event> events) {
        this.proxy = proxy;
        this.events = events;
    }

    @Override
    public Answer apply(ChangeRequest request) throws BadRequest {
        Fields body = Fields.of(request.body());
        body.need("ids", "a list of 1-" + MOST + " ids of GET /api/v1/connections");
        Set<Long> ids = body.numbers("ids", MOST);
        body.end();
        if (ids.isEmpty()) {
            throw BadRequest.of("ids: none", "a list of 1-" + MOST + " ids of GET /api/v1/connections");
        }
        ClosedConnections done = proxy.closeConnections(ids);
        List<Long> told = new ArrayList<>(done.closed());
        told.addAll(done.pending());
        events.accept(ConnectionEvents.closedByAdministrator(
                request.principal().text(),
                told,
                done.unknown().size(),
                done.pending().size()));
        return Answer.json(done);
    }
}
