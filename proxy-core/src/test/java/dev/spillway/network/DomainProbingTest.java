package dev.spillway.network;

import static dev.spillway.network.Lists.address;
import static dev.spillway.security.NetworkProfile.DOMAIN;
import static dev.spillway.security.NetworkProfile.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.network.Switchboard.Call;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.transport.HostPort;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** S4: domain is an address from which a controller answers. */
class DomainProbingTest {
    private static final LocalInterface LO = Lists.of("lo", 1, "127.0.0.1/8", "::1/128");
    private static final LocalInterface ETH0 = Lists.of("eth0", 2, "198.18.0.1/24");
    private static final LocalInterface ETH1 = Lists.of("eth1", 3, "198.18.1.1/24");
    private static final Target DC1 = target("198.18.1.10");
    private static final Target DC2 = target("198.18.1.11");
    private static final Target DC3 = target("198.18.1.12");
    private static final Target DC6 = target("[2001:db8::10]");

    private final Switchboard dialer = new Switchboard();
    private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(20));
    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T10:00:00.5Z"), ZoneOffset.UTC);
    private final DomainProbing probing = new DomainProbing(dialer, ticks::get, clock, () -> {});
    private Interfaces interfaces = Interfaces.NONE;

    private static Target target(String host) {
        HostPort controller = HostPort.parse(host + ":389");
        return new Target(controller, new InetSocketAddress(address(controller.host()), 389));
    }

    private void interfaces(LocalInterface... now) {
        interfaces = new Interfaces(List.of(now));
        probing.interfaces(interfaces);
        probing.advance();
    }

    private void controllers(Target... targets) {
        List<HostPort> names = Arrays.stream(targets).map(Target::controller).toList();
        probing.controllers(new DomainSettings(names, Duration.ofSeconds(30), Duration.ofSeconds(2)), List.of(targets));
        probing.advance();
    }

    private long advance() {
        return TimeUnit.NANOSECONDS.toMillis(probing.advance());
    }

    private void pass(double seconds) {
        ticks.addAndGet((long) (seconds * 1e9));
        probing.advance();
    }

    private Place place(String literal) {
        return probing.places(interfaces.addresses()).stream()
                .filter(place -> place.address().equals(address(literal)))
                .findFirst()
                .orElseThrow();
    }

    private NetworkProfile found(String literal) {
        return place(literal).found();
    }

    private void answerAll() {
        while (!dialer.open().isEmpty()) {
            dialer.open().get(0).answer();
            probing.advance();
        }
    }

    private void silenceAll() {
        while (!dialer.open().isEmpty()) {
            dialer.open().get(0).silence();
            probing.advance();
        }
    }

    private void eth1IsDomain() {
        interfaces(LO, ETH1);
        controllers(DC1);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void anAddressIsPublicUntilAControllerAnswersAndThenSaysWhichAndWhen() {
        interfaces(LO, ETH0, ETH1);
        assertThat(place("198.18.1.1").how()).isEqualTo("no domain controller is configured");
        controllers(DC1);
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
        assertThat(place("198.18.1.1").how()).isEqualTo("no domain controller has answered yet");
        for (Call call : dialer.open()) {
            if (call.from.interfaceName().equals("eth1")) {
                call.answer();
            } else {
                call.silence();
            }
        }
        assertThat(place("198.18.1.1"))
                .isEqualTo(
                        new Place(
                                address("198.18.1.1"),
                                "eth1",
                                DOMAIN,
                                "domain controller 198.18.1.10:389 answered through eth1 from 198.18.1.1 (at 2026-11-21T10:00:00Z)"));
        assertThat(place("198.18.0.1"))
                .isEqualTo(new Place(
                        address("198.18.0.1"),
                        "eth0",
                        PUBLIC,
                        "no domain controller answers through eth0 from 198.18.0.1"
                                + " (last heard: 198.18.1.10:389: no answer within 2000 ms)"));
    }

    @Test
    void loopbackIsNeverAskedFrom() {
        interfaces(LO);
        controllers(DC1, DC6);
        assertThat(dialer.count()).isZero();
        assertThat(found("127.0.0.1")).isEqualTo(PUBLIC);
        assertThat(probing.settled()).isTrue();
    }

    @Test
    void theFirstAnswerOfManyEndsTheProbe() {
        interfaces(ETH1);
        controllers(DC1, DC2, DC3);
        assertThat(dialer.open()).hasSize(3);
        dialer.open().get(1).answer();
        assertThat(dialer.open()).isEmpty();
        assertThat(place("198.18.1.1").how()).contains("198.18.1.11:389");
        assertThat(probing.dialing()).isZero();
        assertThat(advance()).isEqualTo(30_000);
    }

    @Test
    void whoAnsweredLastIsAskedAloneAndTheOthersOnlyWhenItIsSilent() {
        interfaces(ETH1);
        controllers(DC1, DC2, DC3);
        dialer.open().get(1).answer();
        for (int round = 0; round < 3; round++) {
            pass(30);
            assertThat(dialer.open())
                    .singleElement()
                    .satisfies(call -> assertThat(call.to).isEqualTo(DC2.address()));
            dialer.open().get(0).answer();
        }
        pass(30);
        dialer.open().get(0).silence();
        probing.advance();
        assertThat(dialer.open()).extracting(call -> call.to).containsExactly(DC1.address(), DC3.address());
        dialer.open().get(1).answer();
        assertThat(place("198.18.1.1").how()).contains("198.18.1.12:389");
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void oneMissedProbeChangesNothingAndASecondOneSoonAfterMakesPublic() {
        eth1IsDomain();
        pass(30);
        silenceAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(advance()).isEqualTo(1000);
        pass(1);
        silenceAll();
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
    }

    @Test
    void anAnswerBetweenTwoMissesStartsTheCountAnew() {
        eth1IsDomain();
        for (int round = 0; round < 3; round++) {
            pass(30);
            silenceAll();
            pass(1);
            answerAll();
            assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        }
    }

    @Test
    void aPublicAddressIsProbedSoonAtFirstAndThenAtEachInterval() {
        interfaces(ETH1);
        controllers(DC1);
        List<Long> rests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            silenceAll();
            rests.add(advance());
            pass(rests.get(i) / 1000.0);
        }
        assertThat(rests).containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(advance()).isEqualTo(30_000);
    }

    @Test
    void whatCouldNotBeAskedIsNoMiss() {
        eth1IsDomain();
        pass(30);
        for (int i = 0; i < 10; i++) {
            dialer.open().forEach(Call::lack);
            assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
            assertThat(advance()).isEqualTo(Math.min(30_000, 1000 << i));
            pass(30);
        }
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void oneControllerThatCouldNotBeAskedKeepsTheSilenceOfAnotherFromCounting() {
        interfaces(ETH1);
        controllers(DC1, DC2);
        dialer.open().get(0).answer();
        for (int i = 0; i < 3; i++) {
            pass(30);
            dialer.open().get(0).silence();
            probing.advance();
            dialer.open().get(0).lack();
        }
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void aDialerThatThrowsIsNoMissAndLeavesNothingOnItsWay() {
        DomainProbing faulty = new DomainProbing(
                (from, to, timeout, told) -> {
                    throw new IllegalStateException("no loop");
                },
                ticks::get,
                clock,
                () -> {});
        faulty.interfaces(new Interfaces(List.of(ETH1)));
        faulty.controllers(
                new DomainSettings(List.of(DC1.controller()), Duration.ofSeconds(30), Duration.ofSeconds(2)),
                List.of(DC1));
        assertThat(TimeUnit.NANOSECONDS.toMillis(faulty.advance())).isEqualTo(1000);
        assertThat(faulty.dialing()).isZero();
    }

    @Test
    void aThousandAddressesAreProbedSixteenAtATimeAndEachOnce() {
        LocalInterface[] many = new LocalInterface[1000];
        for (int i = 0; i < many.length; i++) {
            many[i] = Lists.of("veth" + i, 10 + i, "198.18." + (10 + i / 250) + "." + (1 + i % 250) + "/32");
        }
        interfaces(many);
        controllers(DC1);
        while (!dialer.open().isEmpty()) {
            dialer.open().get(0).silence();
            probing.advance();
        }
        assertThat(dialer.count()).isEqualTo(1000);
        assertThat(dialer.mostOpen()).isEqualTo(DomainProbing.MOST_AT_ONCE);
        assertThat(probing.settled()).isTrue();
    }

    @Test
    void anAddressThatAppearsIsProbedAtOnceAndOneThatVanishesIsGivenUp() {
        eth1IsDomain();
        interfaces(ETH0, ETH1);
        assertThat(dialer.open())
                .singleElement()
                .satisfies(call -> assertThat(call.from.interfaceName()).isEqualTo("eth0"));
        interfaces(ETH1);
        assertThat(dialer.open()).isEmpty();
        assertThat(probing.dialing()).isZero();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void anInterfaceThatWasMadeAnewUnderTheSameNameIsPublicAtFirst() {
        eth1IsDomain();
        interfaces(Lists.of("eth1", 7, "198.18.1.1/24"));
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
        assertThat(dialer.open()).hasSize(1);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void aShortLossOfTheLinkChangesNothingAndIsProbedWhenItIsOver() {
        eth1IsDomain();
        interfaces(ETH1.withState(false));
        pass(5);
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        interfaces(ETH1);
        assertThat(dialer.open()).hasSize(1);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void aMachineThatWasMovedToAnotherNetworkIsPublicASecondAfterTheFirstMiss() {
        eth1IsDomain();
        interfaces(ETH1.withState(false));
        pass(5);
        interfaces(ETH1);
        silenceAll();
        pass(1);
        silenceAll();
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
    }

    @Test
    void anInterfaceThatStaysDownIsPublicAndAsksNobody() {
        eth1IsDomain();
        int before = dialer.count();
        interfaces(ETH1.withState(false));
        pass(30);
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        pass(1);
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
        assertThat(place("198.18.1.1").how()).contains("the interface is down");
        assertThat(dialer.count()).isEqualTo(before);
    }

    @Test
    void anInterfaceThatComesUpAfterALongTimeIsProbedAtOnceAndOftenAtFirst() {
        interfaces(ETH1.withState(false));
        controllers(DC1);
        for (int i = 0; i < 10; i++) {
            pass(30);
        }
        interfaces(ETH1);
        silenceAll();
        assertThat(advance()).isEqualTo(1000);
    }

    @Test
    void withoutControllersEverythingIsPublicAtOnce() {
        eth1IsDomain();
        controllers();
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
        assertThat(place("198.18.1.1").how()).isEqualTo("no domain controller is configured");
        assertThat(advance()).isGreaterThan(1_000_000_000L);
    }

    @Test
    void aControllerThatIsReplacedIsFollowedByOneProbeOfTheNewOne() {
        eth1IsDomain();
        controllers(DC2);
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(dialer.open())
                .singleElement()
                .satisfies(call -> assertThat(call.to).isEqualTo(DC2.address()));
        silenceAll();
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
        controllers(DC2, DC3);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
    }

    @Test
    void anAnswerToSettingsOfBeforeDoesNotCount() {
        interfaces(ETH1);
        controllers(DC1);
        Call old = dialer.open().get(0);
        controllers(DC2);
        assertThat(dialer.open()).doesNotContain(old).hasSize(1);
        silenceAll();
        assertThat(found("198.18.1.1")).isEqualTo(PUBLIC);
    }

    @Test
    void aNameThatIsLookedUpToAnotherAddressIsProbedThereAndDoesNotChangeTheProfile() {
        HostPort name = HostPort.parse("dc.corp.example:389");
        DomainSettings settings = new DomainSettings(List.of(name), Duration.ofSeconds(30), Duration.ofSeconds(2));
        interfaces(ETH1);
        probing.controllers(settings, List.of());
        assertThat(dialer.count()).isZero();
        probing.controllers(settings, List.of(new Target(name, DC1.address())));
        probing.advance();
        answerAll();
        assertThat(place("198.18.1.1").how()).contains("dc.corp.example:389 (198.18.1.10) answered");
        probing.controllers(settings, List.of(new Target(name, DC2.address())));
        probing.advance();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(dialer.open())
                .singleElement()
                .satisfies(call -> assertThat(call.to).isEqualTo(DC2.address()));
    }

    @Test
    void eachFamilyIsJudgedByItsOwnControllers() {
        interfaces(Lists.of("eth1", 3, "198.18.1.1/24", "2001:db8::1/64"));
        controllers(DC1);
        answerAll();
        assertThat(found("198.18.1.1")).isEqualTo(DOMAIN);
        assertThat(found("2001:db8::1")).isEqualTo(PUBLIC);
        assertThat(place("2001:db8::1").how()).contains("no domain controller is known that can be asked");
        controllers(DC1, DC6);
        answerAll();
        assertThat(found("2001:db8::1")).isEqualTo(DOMAIN);
    }

    @Test
    void aLinkLocalAddressIsWhatAnotherAddressOfItsInterfaceIs() {
        interfaces(
                Lists.of("eth0", 2, "198.18.0.1/24", "fe80::2/64"), Lists.of("eth1", 3, "198.18.1.1/24", "fe80::3/64"));
        controllers(DC1);
        for (Call call : dialer.open()) {
            if (call.from.index() == 3) {
                call.answer();
            } else {
                call.silence();
            }
        }
        assertThat(found("fe80::3")).isEqualTo(DOMAIN);
        assertThat(place("fe80::3").how()).startsWith("link-local, so as 198.18.1.1: domain controller");
        assertThat(found("fe80::2")).isEqualTo(PUBLIC);
    }

    @Test
    void nothingNewIsToldWhileNothingChanges() {
        eth1IsDomain();
        probing.takeChanged();
        for (int round = 0; round < 3; round++) {
            pass(30);
            answerAll();
        }
        assertThat(probing.takeChanged()).isFalse();
    }

    @Test
    void aCloseGivesUpWhatIsOnItsWay() {
        interfaces(ETH0, ETH1);
        controllers(DC1, DC2);
        assertThat(dialer.open()).hasSize(4);
        probing.close();
        assertThat(dialer.open()).isEmpty();
        assertThat(probing.dialing()).isZero();
    }
}
