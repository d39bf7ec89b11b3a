package dev.spillway.network;

import static dev.spillway.network.Lists.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.transport.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerNamesTest {
    private static final HostPort DC1 = HostPort.parse("dc1:389");
    private static final HostPort DC2 = HostPort.parse("dc2:636");
    private static final HostPort LITERAL = HostPort.parse("198.18.1.9:389");

    private final Map<String, InetAddress[]> zone = new ConcurrentHashMap<>();
    private final BlockingQueue<Runnable> owner = new LinkedBlockingQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private int rounds;
    private final ControllerNames names =
            new ControllerNames(this::lookUp, owner::add, () -> rounds++, System::nanoTime);

    @AfterEach
    void close() {
        gate.countDown();
        names.close();
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        try {
            if (!host.equals(LITERAL.host())) {
                gate.await();
            }
        } catch (InterruptedException ended) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = host.equals(LITERAL.host()) ? new InetAddress[] {address(host)} : zone.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    private void ownerRuns() throws InterruptedException {
        Runnable task = owner.poll(10, TimeUnit.SECONDS);
        assertThat(task).isNotNull();
        task.run();
    }

    private void zone(HostPort name, String... addresses) {
        zone.put(name.host(), List.of(addresses).stream().map(Lists::address).toArray(InetAddress[]::new));
    }

    @Test
    void literalAddressesAreKnownAtOnceAndNamesWhenTheyWereLookedUp() throws Exception {
        zone(DC1, "198.18.1.10", "2001:db8::10");
        names.controllers(List.of(DC1, LITERAL));
        assertThat(names.targets())
                .containsExactly(new Target(LITERAL, new InetSocketAddress(address("198.18.1.9"), 389)));
        names.ask();
        assertThat(names.asking()).isTrue();
        ownerRuns();
        assertThat(names.asking()).isFalse();
        assertThat(rounds).isEqualTo(1);
        assertThat(names.targets())
                .extracting(Target::toString)
                .containsExactly("dc1:389 (198.18.1.10)", "dc1:389 (2001:db8:0:0:0:0:0:10)", "198.18.1.9:389");
    }

    @Test
    void aFailedLookUpKeepsTheLastAnswerAndTheOthersAreTakenOver() throws Exception {
        zone(DC1, "198.18.1.10");
        zone(DC2, "198.18.1.11");
        names.controllers(List.of(DC1, DC2));
        names.ask();
        ownerRuns();
        zone.remove("dc1");
        zone(DC2, "198.18.1.12");
        names.ask();
        ownerRuns();
        assertThat(names.targets())
                .extracting(Target::toString)
                .containsExactly("dc1:389 (198.18.1.10)", "dc2:636 (198.18.1.12)");
    }

    @Test
    void anAddressWithAScopeIsReadAnewBecauseItsInterfaceMayCome() throws Exception {
        HostPort scoped = HostPort.parse("[fe80::9%eth7]:389");
        names.controllers(List.of(scoped));
        assertThat(names.targets()).isEmpty();
        names.ask();
        ownerRuns();
        assertThat(names.targets()).isEmpty();
        zone(scoped, "fe80::9");
        names.ask();
        ownerRuns();
        assertThat(names.targets()).extracting(Target::controller).containsExactly(scoped);
    }

    @Test
    void oneLookUpIsMadeAtATimeAndOneMoreIfItWasAskedForMeanwhile() throws Exception {
        gate = new CountDownLatch(1);
        zone(DC1, "198.18.1.10");
        zone(DC2, "198.18.1.11");
        names.controllers(List.of(DC1));
        names.ask();
        names.controllers(List.of(DC2));
        for (int i = 0; i < 100; i++) {
            names.ask();
        }
        gate.countDown();
        ownerRuns();
        assertThat(names.targets()).isEmpty();
        assertThat(names.asking()).isTrue();
        ownerRuns();
        assertThat(names.targets()).extracting(Target::controller).containsExactly(DC2);
        assertThat(names.asking()).isFalse();
        assertThat(owner).isEmpty();
    }

    @Test
    void aNameOfAHundredAddressesStandsForSixteen() throws Exception {
        zone(DC1, IntStream.range(0, 100).mapToObj(i -> "198.18.1." + i).toArray(String[]::new));
        names.controllers(List.of(DC1));
        names.ask();
        ownerRuns();
        assertThat(names.targets()).hasSize(ControllerNames.MOST_ADDRESSES);
    }

    @Test
    void aCloseEndsALookUpThatHangs() {
        gate = new CountDownLatch(1);
        names.controllers(List.of(DC1));
        names.ask();
        await().until(() -> threads() == 1);
        names.close();
        await().until(() -> threads() == 0);
    }

    @Test
    void theThreadIsThereOnlyWhileItIsNeeded() throws Exception {
        zone(DC1, "198.18.1.10");
        names.controllers(List.of(DC1));
        names.ask();
        ownerRuns();
        await().until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("spillway-network-names"))
                .count();
    }
}
