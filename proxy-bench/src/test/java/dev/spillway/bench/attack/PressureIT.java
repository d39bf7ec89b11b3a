package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.RequiresTcpMemoryGroups;
import dev.spillway.bench.contender.Spillway;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The attacks in small on the jar as it is built, with its kernel TCP memory limited. What is asserted holds on a machine with
 * other work to do: who is closed and what comes back, not how fast. How fast is what {@code spillway-bench.jar attack} is for.
 */
@RequiresTcpMemoryGroups
class PressureIT {
    private static final AttackTrial.Plan PLAN = new AttackTrial.Plan(1500, 500, 16 << 20, Duration.ofSeconds(6));

    @ParameterizedTest
    @EnumSource(names = {"ZERO_WINDOW", "BIG_PUSH"})
    @Timeout(120)
    void attackersAreClosedAndHonestClientsAreNot(Attack attack) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Spillway spillway = new Spillway(java, Path.of(System.getProperty("spillway.jar")), Spillway.SMALL_JVM_FLAGS);
        AttackOutcome outcome = new AttackTrial(attack, spillway, PLAN).run();
        // Soon after the warm-up's episode the re-entry mark is in force: the high one need not be reached.
        assertThat(outcome.memory().peak()).as("%s", outcome).isGreaterThanOrEqualTo((long)
                (AttackTrial.LOW * (16 << 20)));
        assertThat(outcome.self())
                .hasValueSatisfying(
                        self -> assertThat(self.closed()).as("%s", outcome).isPositive());
        assertThat(outcome.attackers().closed()).as("%s", outcome).isPositive();
        assertThat(outcome.longLived())
                .as("long-lived honest connections lost: %s", outcome)
                .isZero();
        assertThat(outcome.back()).as("the memory is back: %s", outcome).isPresent();
    }
}
