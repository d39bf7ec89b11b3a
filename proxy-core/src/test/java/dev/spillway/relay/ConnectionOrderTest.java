package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By what live connections are listed. */
class ConnectionOrderTest {
    private final List<ConnectionView> all = new ArrayList<>();

    private void connection(long id, String client, long bytes, long idle) {
        InetSocketAddress address = new InetSocketAddress(client, 1000);
        ConnectionFacts facts = new ConnectionFacts(
                id,
                "main",
                SourceGroup.of(address.getAddress(), 32, 64),
                new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 1),
                Phase.RELAYING,
                idle,
                idle,
                Progress.NOTHING_WAITS,
                new Cost(0, bytes, 0),
                0,
                0);
        all.add(new ConnectionView(facts, "main", "pool", address, address, address));
    }

    private List<Long> ids(ConnectionOrder order, int limit) {
        return order.first(all, limit).stream().map(view -> view.facts().id()).toList();
    }

    @Test
    void byCostTheCostliestComeFirstAndEqualsAsTheyWereAccepted() {
        connection(3, "10.0.0.1", 50, 0);
        connection(1, "10.0.0.1", 50, 0);
        connection(2, "10.0.0.1", 70, 0);
        assertThat(ids(ConnectionOrder.COST, 9)).containsExactly(2L, 1L, 3L);
        assertThat(ids(ConnectionOrder.COST, 1)).containsExactly(2L);
    }

    @Test
    void byIdleTheLongestIdleComeFirst() {
        connection(1, "10.0.0.1", 50, 5);
        connection(2, "10.0.0.1", 1, 9);
        assertThat(ids(ConnectionOrder.IDLE, 9)).containsExactly(2L, 1L);
    }

    @Test
    void bySourceTheHeaviestSourceComesFirstAndInItTheCostliest() {
        connection(1, "10.0.0.1", 100, 0);
        connection(2, "10.0.0.2", 60, 0);
        connection(3, "10.0.0.2", 70, 0);
        connection(4, "10.0.0.3", 99, 0);
        assertThat(ids(ConnectionOrder.SOURCE, 9)).containsExactly(3L, 2L, 1L, 4L);
        assertThat(ids(ConnectionOrder.SOURCE, 2)).containsExactly(3L, 2L);
    }

    @Test
    void sourcesOfEqualWeightAreNotMixed() {
        connection(1, "10.0.0.1", 50, 0);
        connection(2, "10.0.0.2", 60, 0);
        connection(3, "10.0.0.1", 50, 0);
        connection(4, "10.0.0.2", 40, 0);
        assertThat(ids(ConnectionOrder.SOURCE, 9)).containsExactly(1L, 3L, 2L, 4L);
    }
}
