package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.listener.ListenerView;
import dev.spillway.server.events.EventId;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateWatchTest {
    private final EventLog events = new EventLog(new EventSettings(10));
    private final FakeProxy proxy = new FakeProxy();
    private final GateWatch gates = new GateWatch(events);

    @AfterEach
    void close() {
        events.close();
    }

    private static ListenerView withGate(ListenerView view, String gate) {
        return new ListenerView(
                view.name(),
                view.bound(),
                view.sockets(),
                view.upstream(),
                view.rules(),
                gate,
                view.reaches(),
                view.accepting(),
                view.accepted(),
                view.active(),
                view.refused());
    }

    private List<String> told() {
        return events.latest(10).events().stream()
                .filter(logged -> logged.event().id() == EventId.GATE_CHANGED)
                .map(logged -> logged.event().message())
                .toList();
    }

    @Test
    void anotherGateIsToldOnceAndANewListenersFirstGateIsNot() {
        ListenerView main = proxy.listeners.get(0);
        proxy.listeners = List.of(main);
        gates.watch(proxy);
        ListenerView other = new FakeProxy().listeners.get(1);
        proxy.listeners = List.of(withGate(main, "accept-reset"), other);
        gates.look("the networks changed");
        gates.look("the networks changed");
        assertThat(told())
                .containsExactly("The SYN gate of listener main is accept-reset now, was accept-pause: the networks"
                        + " changed.");
    }

    @Test
    void nothingIsToldBeforeThereIsAProxy() {
        gates.look("the networks changed");
        assertThat(told()).isEmpty();
    }
}
