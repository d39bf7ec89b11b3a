package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {
    @ParameterizedTest
    @CsvSource({
        "100,0,100",
        "100,0.1,90",
        "10,0.2,8",
        "10,0.3,7",
        "10,0.7,3",
        "10,0.9,1",
        "100,0.07,93",
        "1,0.5,1",
        "2,0.99,1",
        "2147483647,0,2147483647"
    })
    void theReserveIsWhatEligibleConnectionsDoNotGet(int most, double reserve, int eligible) {
        assertThat(new ConnectionLimits(most, reserve).maxForEligible()).isEqualTo(eligible);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aLimitThatLetsNobodyInIsAnError(int most) {
        assertThatThrownBy(() -> new ConnectionLimits(most, 0))
                .hasMessage("max-connections: " + most + " (expected: positive)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void aReserveThatIsNoShareIsAnError(double reserve) {
        assertThatThrownBy(() -> new ConnectionLimits(10, reserve))
                .hasMessage("exempt-reserve: " + reserve + " (expected: 0 <= share < 1)");
    }

    @ParameterizedTest
    @CsvSource({
        "10000,0.1,0,4500",
        "100,0,0,64",
        "128,0,0,64",
        "130,0,0,65",
        "10000,0.1,7,7",
        "10,0,2147483647,2147483647"
    })
    void halfOfTheEligibleMayBeHalfOpenUnlessItIsSaid(int most, double reserve, int set, int halfOpen) {
        assertThat(new ConnectionLimits(most, reserve, set).mostHalfOpen()).isEqualTo(halfOpen);
    }

    @Test
    void fewerThanNoHalfOpenConnectionsAreAnError() {
        assertThatThrownBy(() -> new ConnectionLimits(10, 0, -1))
                .hasMessage("max-half-open: -1 (expected: not negative; 0 takes half of the connections)");
    }

    @Test
    void whatFitsIntoMemoryKeepsWhatIsSaidOfHalfOpenConnections() {
        assertThat(new ConnectionLimits(1000, 0.5, 7).within(100)).isEqualTo(new ConnectionLimits(100, 0.5, 7));
    }

    @Test
    void anOpenGateCountsNobodyOut() {
        AcceptQuota quota = new AcceptQuota();
        for (int i = 0; i < 10_000; i++) {
            assertThat(quota.mayAccept()).isTrue();
            quota.accept();
        }
    }

    /** Windows with {@code arrivals} each at an open gate, long enough for their average to be known. */
    private static AcceptQuota used(int arrivals) {
        AcceptQuota quota = new AcceptQuota();
        for (int window = 0; window < 200; window++) {
            for (int i = 0; i < arrivals; i++) {
                quota.accept();
            }
            quota.nextWindow(0);
        }
        return quota;
    }

    /** How many get in through {@code windows} windows at {@code rate} if as many come as may. */
    private static int admitted(AcceptQuota quota, double rate, int windows) {
        int in = 0;
        for (int window = 0; window < windows; window++) {
            quota.nextWindow(rate);
            while (quota.mayAccept()) {
                quota.accept();
                in++;
            }
        }
        return in;
    }

    @ParameterizedTest
    @CsvSource({"100,0.2,80", "100,0.5,50", "100,0.8,20", "100,0.99,1", "3,0.5,1.5", "1,0.4,0.6"})
    void aGateLetsItsShareOfTheUsualArrivalsIn(int arrivals, double rate, double expectedPerWindow) {
        int in = admitted(used(arrivals), rate, 400);
        assertThat(in / 400.0).isBetween(expectedPerWindow * 0.9, expectedPerWindow * 1.1);
    }

    @Test
    void aShutGateLetsNobodyInHoweverLong() {
        AcceptQuota quota = used(1000);
        assertThat(admitted(quota, 1, 10_000)).isZero();
    }

    @Test
    void aGateBelowOneNeverShutsForGoodBecauseNobodyCameBefore() {
        assertThat(admitted(new AcceptQuota(), 0.99, 400)).isEqualTo(400 / AcceptQuota.TRICKLE);
    }

    @Test
    void whatIsNotUsedDoesNotGrowIntoABurst() {
        AcceptQuota quota = used(10);
        for (int window = 0; window < 1000; window++) {
            quota.nextWindow(0.5);
        }
        int burst = 0;
        while (quota.mayAccept()) {
            quota.accept();
            burst++;
        }
        assertThat(burst).isBetween(4, 5);
    }

    @Test
    void oneThatWasAcceptedBeyondTheQuotaIsPaidForLater() {
        AcceptQuota quota = used(10);
        quota.nextWindow(0.5);
        for (int i = 0; i < 15; i++) {
            quota.accept();
        }
        assertThat(quota.mayAccept()).isFalse();
        quota.nextWindow(0.5);
        assertThat(quota.mayAccept()).isFalse();
        quota.nextWindow(0.5);
        quota.nextWindow(0.5);
        assertThat(quota.mayAccept()).isTrue();
    }

    @Test
    void aGateThatOpensForgetsItsDebtAndItsSavings() {
        AcceptQuota quota = used(10);
        quota.nextWindow(1);
        assertThat(quota.mayAccept()).isFalse();
        quota.accept();
        quota.nextWindow(0);
        assertThat(quota.mayAccept()).isTrue();
        quota.nextWindow(1);
        assertThat(quota.mayAccept()).isFalse();
    }

    @Test
    void theUsualArrivalsAreNotUnlearntWhileTheGateKeepsThemOut() {
        AcceptQuota quota = used(100);
        admitted(quota, 0.9, 1000);
        assertThat(admitted(quota, 0.5, 100)).isBetween(4500, 5500);
    }

    @Test
    void aLineIsDueAtOnceAndThenOnceAnInterval() {
        LogPace pace = new LogPace(100);
        assertThat(pace.occasion(5)).isEqualTo(1);
        assertThat(pace.occasion(5)).isZero();
        assertThat(pace.occasion(104)).isZero();
        assertThat(pace.occasion(105))
                .as("both that were kept back, and this one")
                .isEqualTo(3);
        assertThat(pace.occasion(106)).isZero();
        assertThat(pace.occasion(1000)).isEqualTo(2);
    }

    @Test
    void theClockMayWrapAround() {
        LogPace pace = new LogPace(100);
        assertThat(pace.occasion(Long.MAX_VALUE - 10)).isEqualTo(1);
        assertThat(pace.occasion(Long.MIN_VALUE + 10)).isZero();
        assertThat(pace.occasion(Long.MIN_VALUE + 100)).isEqualTo(2);
    }

    @Test
    void theFirstOccasionCountsWhateverTheClockSays() {
        assertThat(new LogPace(1000).occasion(0)).isEqualTo(1);
        assertThat(new LogPace(1000).occasion(-5)).isEqualTo(1);
    }
}
