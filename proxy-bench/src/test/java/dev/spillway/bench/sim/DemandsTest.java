package dev.spillway.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.prune.PruneSettings;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandsTest {
    private static final List<String> SOME = List.of("calm-mixed", "zero-ramp", "trickle-ramp");

    private static List<Demands.Demand> judged(Policy ours, List<String> scenarios) {
        Campaign all = Campaign.of(scenarios, 1);
        return Demands.of(new Campaign(all.scenarios(), 1, ours, Policy.OTHERS).run(line -> {}));
    }

    /** Done when 1 of issue 4, with two seeds of the ten that the command takes. */
    @Test
    void whatIsAskedOfOurPolicyHolds() {
        Campaign.Results results = Campaign.of(Campaign.names(), 2).run(line -> {});
        assertThat(Demands.of(results))
                .hasSize(6)
                .allSatisfy(demand ->
                        assertThat(demand.failures()).as(demand.text()).isEmpty());
    }

    @Test
    void thereAreTwentyScenariosAtLeast() {
        assertThat(Campaign.names()).hasSizeGreaterThanOrEqualTo(20).doesNotHaveDuplicates();
    }

    /** Whoever has been served best is closed first. */
    @Test
    void aPolicyThatClosesThoseWhoProgressFails() {
        Policy bad = Policy.sorted("bad", Comparator.comparingLong(ConnectionFacts::sentBytes));
        assertThat(judged(bad, SOME).stream().filter(demand -> !demand.holds()).map(Demands.Demand::text))
                .contains(
                        "stalled peers attack: no honest connection is closed",
                        "honest and hostile differ in progress: under 1 % of the honest are closed",
                        "fewer false kills than each other policy, or none");
    }

    @Test
    void aPolicyThatClosesNobodyFails() {
        Policy idle = new Policy("idle", seed -> (demands, connections) -> List.of());
        assertThat(judged(idle, SOME).stream().filter(demand -> !demand.holds()).map(Demands.Demand::text))
                .containsExactly(
                        "never above a high mark for longer than 500 ms",
                        "recovery not later than with each other policy, but for one epoch");
    }

    @Test
    void chanceIsNotBetterThanItself() {
        assertThat(judged(Policy.RANDOM, List.of("zero-ramp")).get(4).failures())
                .anySatisfy(failure -> assertThat(failure).contains(", random "));
    }

    @Test
    void theSettingsAreTheDefaultsOfTheProxy() {
        assertThat(Policy.SETTINGS).isEqualTo(new PruneSettings(Duration.ofMillis(250), 1000, 32, 64));
    }
}
