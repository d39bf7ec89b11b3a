package dev.spillway.network;

import static dev.spillway.network.Lists.address;
import static dev.spillway.security.NetworkProfile.DOMAIN;
import static dev.spillway.security.NetworkProfile.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.TestServer;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.transport.HostPort;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** S4, S5, S19: the whole watch, with a list of interfaces of the test's own and real controllers on loopback. */
class NetworkWatchTest {
    private static final LocalInterface LO = Lists.of("lo", 1, "127.0.0.1/8", "::1/128", "198.18.77.0/24");
    private static final LocalInterface ETH0 = Lists.of("eth0", 2, "198.18.0.1/24");
    private static final LocalInterface ETH1 = Lists.of("eth1", 3, "198.18.1.1/24");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<NetworkChange> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        await().until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("spillway-network"))
                .count();
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private static DomainSettings ask(String... controllers) {
        return new DomainSettings(
                Arrays.stream(controllers).map(HostPort::parse).toList(), Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    /** Connects for real, from loopback, if asked to do so from eth1; through eth0 nobody is reached. */
    private static Dialer onlyThroughEth1(EventLoop loop) {
        Dialer real = new DeviceDialer(loop);
        return (from, to, timeout, outcome) -> {
            if (!from.interfaceName().equals("eth1")) {
                outcome.accept(new Dialer.Outcome.Silent("no route to it"));
                return () -> {};
            }
            LocalAddress loopback = new LocalAddress("lo", 1, address("127.0.0.1"));
            return real.dial(loopback, to, timeout, outcome);
        };
    }

    private NetworkWatch watch(InterfaceList list, DomainSettings settings, Consumer<NetworkChange> listener) {
        NetworkWatch.Parts parts = new NetworkWatch.Parts(
                list,
                NetworkWatchTest::onlyThroughEth1,
                host -> InetAddress.getAllByName(host.equals("dc.corp.example") ? "127.0.0.1" : host),
                Clock.systemUTC(),
                System::nanoTime);
        return keep(new NetworkWatch(parts, settings, listener));
    }

    private NetworkWatch watch(InterfaceList list, DomainSettings settings) {
        return watch(list, settings, told::add);
    }

    private static NetworkProfile found(NetworkWatch watch, String literal) {
        return watch.map().of(address(literal)).found();
    }

    private static NetworkChange change(
            String interfaceName, String literal, NetworkProfile before, NetworkProfile after, String how) {
        return new NetworkChange(
                interfaceName, address(literal), Optional.ofNullable(before), Optional.ofNullable(after), how);
    }

    @Test
    void theMapIsThereBeforeAnythingElse() {
        NetworkWatch watch = watch(new Lists(LO, ETH0, ETH1), DomainSettings.NONE);
        assertThat(watch.map().places())
                .extracting(Place::interfaceName)
                .containsExactly("eth0", "eth1", "lo", "lo", "lo");
        assertThat(watch.probedOnce().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(told).isEmpty();
    }

    @Test
    void theInterfaceThroughWhichAControllerAnswersIsDomainAndItsEndIsNoticed() throws Exception {
        TestServer controller = keep(TestServer.echo());
        NetworkWatch watch = watch(new Lists(LO, ETH0, ETH1), ask(controller.address()));
        assertThat(watch.probedOnce().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(found(watch, "198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(found(watch, "198.18.0.1")).isEqualTo(PUBLIC);
        assertThat(found(watch, "127.0.0.2")).isEqualTo(PUBLIC);
        controller.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> told.size() == 2);
        assertThat(found(watch, "198.18.1.1")).isEqualTo(PUBLIC);
        assertThat(told).extracting(NetworkChange::interfaceName).containsExactly("eth1", "eth1");
        assertThat(told.get(0).before()).contains(PUBLIC);
        assertThat(told.get(0).after()).contains(DOMAIN);
        assertThat(told.get(0).how())
                .startsWith("domain controller " + controller.address() + " answered through eth1");
        assertThat(told.get(1).before()).contains(DOMAIN);
        assertThat(told.get(1).after()).contains(PUBLIC);
        assertThat(told.get(1).how()).startsWith("no domain controller answers through eth1");
    }

    @Test
    void aControllerIsLeftWithoutAConnection() throws Exception {
        TestServer controller = keep(TestServer.echo());
        NetworkWatch watch = watch(new Lists(ETH1), ask(controller.address()));
        await().until(() -> found(watch, "198.18.1.1") == DOMAIN);
        await().until(() -> controller.accepted() >= 2 && controller.openNow() == 0);
    }

    @Test
    void aControllerIsFoundByItsNameAndSettingsChangeAtOnce() throws Exception {
        TestServer controller = keep(TestServer.echo());
        NetworkWatch watch = watch(new Lists(ETH1), DomainSettings.NONE);
        watch.settings(ask("dc.corp.example:" + controller.port()));
        await().until(() -> found(watch, "198.18.1.1") == DOMAIN);
        assertThat(watch.map().of(address("198.18.1.1")).how())
                .contains("dc.corp.example:" + controller.port() + " (127.0.0.1) answered");
        watch.settings(DomainSettings.NONE);
        await().until(() -> found(watch, "198.18.1.1") == PUBLIC);
    }

    @Test
    void whichInterfacesAreUpIsAskedAnewWhenControllersAreNamed() throws Exception {
        TestServer controller = keep(TestServer.echo());
        Lists list = new Lists(ETH1.withState(false));
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        list.are(ETH1);
        watch.settings(ask(controller.address()));
        await().until(() -> found(watch, "198.18.1.1") == DOMAIN);
    }

    @Test
    void addressesThatComeAndGoAreNoticedAndTold() {
        Lists list = new Lists(LO, ETH0);
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        list.are(LO, ETH1);
        await().until(() -> told.size() == 2);
        assertThat(told)
                .containsExactlyInAnyOrder(
                        change("eth0", "198.18.0.1", PUBLIC, null, "the address has gone"),
                        change("eth1", "198.18.1.1", null, PUBLIC, "no domain controller is configured"));
        assertThat(watch.map().knows(address("198.18.0.1"))).isFalse();
        assertThat(watch.map().of(address("198.18.1.1")).interfaceName()).isEqualTo("eth1");
    }

    @Test
    void aConnectionToAnAddressThatIsNewerThanTheMapFindsItsInterface() {
        Lists list = new Lists(LO, ETH0);
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        list.are(LO, ETH0, ETH1);
        assertThat(watch.place(address("198.18.1.1")).interfaceName()).isEqualTo("eth1");
        await().until(() -> told.size() == 1);
        assertThat(told).extracting(NetworkChange::interfaceName).containsExactly("eth1");
        assertThat(watch.map().knows(address("198.18.1.1"))).isTrue();
    }

    @Test
    void anAddressOfLoopbacksNetworkBelongsToIt() {
        NetworkWatch watch = watch(new Lists(LO, ETH0), DomainSettings.NONE);
        for (String literal : List.of("127.0.0.2", "127.9.9.9", "198.18.77.200", "::1")) {
            assertThat(watch.place(address(literal)).interfaceName())
                    .as(literal)
                    .isEqualTo("lo");
            assertThat(watch.place(address(literal)).address()).as(literal).isEqualTo(address(literal));
        }
    }

    @Test
    void anAddressOnNoInterfaceIsUnknownAndPublic() {
        NetworkWatch watch = watch(new Lists(LO, ETH0), DomainSettings.NONE);
        assertThat(watch.place(address("198.18.9.9"))).isEqualTo(Place.unknown(address("198.18.9.9")));
    }

    @Test
    void theSameLinkLocalAddressIsToldApartByItsScope() throws Exception {
        LocalInterface zero = link("eth0", 2);
        LocalInterface one = link("eth1", 3);
        NetworkWatch watch = watch(new Lists(zero, one), DomainSettings.NONE);
        assertThat(watch.place(scoped(2)).interfaceName()).isEqualTo("eth0");
        assertThat(watch.place(scoped(3)).interfaceName()).isEqualTo("eth1");
        assertThat(watch.place(scoped(4)).interfaceName()).isEmpty();
        assertThat(watch.map().places()).hasSize(2);
    }

    private static InetAddress scoped(int scope) throws Exception {
        return Inet6Address.getByAddress(null, address("fe80::1").getAddress(), scope);
    }

    private static LocalInterface link(String name, int index) throws Exception {
        return new LocalInterface(name, index, true, List.of(new LocalInterface.Assigned(scoped(index), 64)));
    }

    @Test
    void aListThatCannotBeReadKeepsTheMapAndIsReadAgain() {
        Lists list = new Lists(ETH0);
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        list.broken(true);
        int reads = list.reads();
        await().until(() -> list.reads() > reads);
        assertThat(watch.map().knows(address("198.18.0.1"))).isTrue();
        list.are(ETH1);
        list.broken(false);
        await().until(() -> watch.map().knows(address("198.18.1.1")));
    }

    @Test
    void aMachineWithoutInterfacesAtStartIsWatchedAllTheSame() {
        Lists list = new Lists();
        list.broken(true);
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        assertThat(watch.map().places()).isEmpty();
        list.broken(false);
        list.are(ETH1);
        await().until(() -> told.size() == 1);
        assertThat(watch.map().knows(address("198.18.1.1"))).isTrue();
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheWatch() {
        Lists list = new Lists(ETH0);
        NetworkWatch watch = watch(list, DomainSettings.NONE, change -> {
            told.add(change);
            throw new IllegalStateException("full");
        });
        list.are(ETH0, ETH1);
        await().until(() -> told.size() == 1);
        list.are(ETH0);
        await().until(() -> told.size() == 2);
        assertThat(watch.map().knows(address("198.18.1.1"))).isFalse();
    }

    @Test
    void aListThatThrowsWhatNobodyExpectsDoesNotEndTheWatch() {
        Lists list = new Lists(ETH0);
        NetworkWatch watch = watch(list, DomainSettings.NONE);
        list.whileReading(() -> {
            list.whileReading(() -> {});
            throw new AssertionError("unexpected");
        });
        int reads = list.reads();
        await().until(() -> list.reads() > reads + 1);
        list.are(ETH1);
        await().until(() -> watch.map().knows(address("198.18.1.1")));
    }

    @Test
    void thousandsOfAddressesAreTakenOverAndProbed() throws Exception {
        TestServer controller = keep(TestServer.echo());
        LocalInterface[] many = new LocalInterface[3000];
        for (int i = 0; i < many.length; i++) {
            many[i] = Lists.of("veth" + i, 10 + i, "198.18." + (10 + i / 250) + "." + (1 + i % 250) + "/32");
        }
        many[1500] = Lists.of("eth1", 1510, "198.18.1.1/24");
        NetworkWatch watch = watch(new Lists(many), ask(controller.address()));
        assertThat(watch.probedOnce().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
        assertThat(watch.map().places())
                .filteredOn(place -> place.found() == DOMAIN)
                .extracting(Place::interfaceName)
                .containsExactly("eth1");
    }

    @Test
    void closedItKeepsTheLastMapAndAnswers() throws Exception {
        TestServer controller = keep(TestServer.echo());
        NetworkWatch watch = watch(new Lists(ETH1), ask(controller.address()));
        await().until(() -> found(watch, "198.18.1.1") == DOMAIN);
        watch.close();
        await().until(() -> threads() == 0);
        assertThat(found(watch, "198.18.1.1")).isEqualTo(DOMAIN);
        watch.settings(DomainSettings.NONE);
        assertThat(watch.place(address("198.18.1.1")).found()).isEqualTo(DOMAIN);
        assertThat(watch.place(address("198.18.9.9")).interfaceName()).isEmpty();
        watch.close();
    }

    @Test
    void aCloseWhileAControllerIsAskedIsQuick() throws Exception {
        Dialer never = (from, to, timeout, outcome) -> () -> outcome.accept(new Dialer.Outcome.Silent("closed"));
        NetworkWatch watch = keep(new NetworkWatch(
                new NetworkWatch.Parts(
                        new Lists(ETH0, ETH1),
                        loop -> never,
                        InetAddress::getAllByName,
                        Clock.systemUTC(),
                        System::nanoTime),
                ask("198.18.1.10:389"),
                told::add));
        long began = System.nanoTime();
        watch.close();
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(watch.probedOnce().toCompletableFuture()).isDone();
    }

    @Test
    void aWatchThatIsClosedLeavesNoDescriptor() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(descriptors).isDirectory();
        TestServer controller = keep(TestServer.echo());
        openAndClose(controller);
        int before = count(descriptors);
        for (int i = 0; i < 20; i++) {
            openAndClose(controller);
        }
        // Two each at the least if they were left; a few come and go with the rest of the test run.
        await().until(() -> count(descriptors) < before + 20);
    }

    private void openAndClose(TestServer controller) throws Exception {
        try (NetworkWatch watch = watch(new Lists(ETH1), ask(controller.address()))) {
            watch.probedOnce().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static int count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        }
    }

    @Test
    void thisMachineIsWatchedAndItsLoopbackIsKnown() throws Exception {
        NetworkWatch watch = keep(NetworkWatch.open(DomainSettings.NONE, told::add));
        assertThat(watch.place(address("127.0.0.1")).interfaceName()).isEqualTo(Lists.loopbackName());
    }
}
