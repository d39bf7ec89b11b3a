package dev.spillway.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final Limits ROOMY = Limits.of(64, 256, 512, 10_000);

    private static Scenario scenario(Limits limits, Population... populations) {
        return new Scenario("one", "one", Scenario.Kind.CALM, 20, 1_000, limits, List.of(populations));
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Scenario scenario = Scenarios.all().stream()
                .filter(each -> each.name().equals("zero-burst"))
                .findFirst()
                .orElseThrow();
        assertThat(Simulation.run(scenario, 7, Policy.RANDOM))
                .isEqualTo(Simulation.run(scenario, 7, Policy.RANDOM))
                .isNotEqualTo(Simulation.run(scenario, 8, Policy.RANDOM));
    }

    @Test
    void anUndisturbedRunHasAllOfItsGoodput() {
        Scenario scenario = scenario(
                ROOMY,
                Population.of(Honest.chatty(200), 50, 0, 500),
                Population.of(Honest.mobile(), 20, 0, 500),
                Population.of(Honest.shortExchange(64 << 10), 20, 0, 500),
                Population.of(Honest.download(), 5, 0, 500),
                Population.of(Honest.upload(), 5, 0, 500));
        Outcome outcome = Simulation.run(scenario, 1, Policy.OURS);
        assertThat(outcome.honestBytes())
                .isEqualTo(Simulation.undisturbed(scenario, 1))
                .isPositive();
        assertThat(outcome.kills()).isZero();
        assertThat(outcome.crossings()).isZero();
    }

    @Test
    void aDownloadGoesAsFastAsItsLine() {
        Scenario scenario = scenario(ROOMY, Population.of(Honest.download(), 1, 0, 0));
        Client client = firstClient(scenario);
        double expected = 19 * client.rate;
        assertThat((double) Simulation.undisturbed(scenario, 1)).isBetween(expected * 0.97, expected * 1.03);
    }

    private static Client firstClient(Scenario scenario) {
        World world = new World(scenario.populations(), Limits.NONE, 100, 1);
        for (long now = 0; now < 100; now++) {
            world.step(now);
        }
        return world.live().get(0).client();
    }

    @Test
    void aCloseHasItsEffectWithinFiveMillisecondsAndGivesEverythingBack() {
        World world = new World(List.of(Population.of(Hostile.zeroWindow(), 10, 0, 0)), ROOMY, 200, 1);
        for (long now = 0; now < 100; now++) {
            world.step(now);
        }
        assertThat(world.memory().held()).isEqualTo(10L * Flow.BUFFER);
        world.live().forEach(connection -> world.prune(connection.id(), 99));
        assertThat(world.live()).hasSize(10);
        for (long now = 100; now < 105; now++) {
            world.step(now);
        }
        assertThat(world.live()).isEmpty();
        assertThat(world.memory().held()).isZero();
        assertThat(world.memory().kernel()).isZero();
        assertThat(world.memory().connections()).isZero();
    }

    @Test
    void nobodyIsLetInBeyondTheSlots() {
        World world = new World(
                List.of(Population.of(Hostile.silent(), 50, 0, 10)), new Limits(1 << 20, 1 << 20, 1 << 30, 20), 100, 1);
        for (long now = 0; now < 100; now++) {
            world.step(now);
        }
        assertThat(world.live()).hasSize(20);
    }

    @Test
    void whoIsDroppedTriesAgainLater() {
        World world = new World(List.of(Population.of(Honest.quiet(), 100, 0, 100)), ROOMY, 1500, 1);
        world.synDrop(1);
        for (long now = 0; now < 500; now++) {
            world.step(now);
        }
        assertThat(world.live()).isEmpty();
        world.synDrop(0);
        for (long now = 500; now < 1500; now++) {
            world.step(now);
        }
        assertThat(world.live()).hasSize(100);
    }

    @Test
    void exemptConnectionsAreNeverClosed() {
        Scenario scenario = new Scenario(
                "exempt",
                "exempt",
                Scenario.Kind.EXEMPT,
                10,
                0,
                Limits.of(4, 16, 512, 10_000),
                List.of(Population.of(Hostile.zeroWindow(), 200, 0, 100).onExemptListener()));
        for (Policy policy : List.of(Policy.OURS, Policy.RANDOM, Policy.OLDEST, Policy.LARGEST)) {
            Outcome outcome = Simulation.run(scenario, 1, policy);
            assertThat(outcome.kills()).as(policy.label()).isZero();
            assertThat(outcome.recovered()).isFalse();
        }
    }

    @Test
    void theEngineDoesNotKnowWhatTheKernelHoldsBeforeALook() {
        World world = new World(List.of(Population.of(Hostile.zeroWindow(), 1, 0, 0)), ROOMY, 200, 1);
        for (long now = 0; now < 100; now++) {
            world.step(now);
        }
        SimulatedConnection connection = world.live().get(0);
        assertThat(connection.kernel()).isPositive();
        assertThat(connection.facts(99).cost().kernelBytes()).isZero();
        connection.look(99);
        assertThat(connection.facts(99).cost().kernelBytes()).isEqualTo(connection.kernel());
    }

    @Test
    void looksKeepToTheirBudget() {
        World world = new World(List.of(Population.of(Hostile.zeroWindow(), 5000, 0, 10)), Limits.NONE, 1100, 1);
        for (long now = 0; now < 1100; now++) {
            world.step(now);
            world.sampler().step(now);
        }
        assertThat(world.sampler().looks()).isLessThanOrEqualTo(11L * Sampler.LOOKS_A_TICK);
        long before = world.sampler().looks();
        world.sampler().beforeChoice(1100);
        assertThat(world.sampler().looks() - before).isEqualTo(Sampler.LOOKS_BEFORE_CHOICE);
    }
}
