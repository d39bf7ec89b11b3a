package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.security.Allowance;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S16: a rate with a burst. */
class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;

    private static Allowance allowance(int rate, int burst) {
        return new Allowance(rate, burst, 0);
    }

    private static int takeAll(TokenBucket bucket, Allowance allowance, long now, int most) {
        int taken = 0;
        while (taken < most && bucket.tryTake(allowance, now)) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 123_456_789_012L})
    void itBeginsFullWhateverTheClockSays(long now) {
        assertThat(takeAll(new TokenBucket(), allowance(1, 10), now, 100)).isEqualTo(10);
    }

    @Test
    void aTokenIsBackOnTheNanosecond() {
        TokenBucket bucket = new TokenBucket();
        Allowance three = allowance(3, 1);
        assertThat(bucket.tryTake(three, 0)).isTrue();
        assertThat(bucket.tryTake(three, 333_333_333)).isFalse();
        assertThat(bucket.tryTake(three, 333_333_334)).isTrue();
        assertThat(bucket.tryTake(three, 666_666_667)).isFalse();
        assertThat(bucket.tryTake(three, 666_666_668))
                .as("one part of a nanosecond was too much before and is not lost")
                .isTrue();
        assertThat(bucket.tryTake(three, SECOND)).isFalse();
    }

    @Test
    void aLongTimeFillsItAndNoMore() {
        TokenBucket bucket = new TokenBucket();
        Allowance allowance = allowance(Integer.MAX_VALUE, 5);
        assertThat(takeAll(bucket, allowance, 0, 100)).isEqualTo(5);
        assertThat(takeAll(bucket, allowance, Long.MAX_VALUE, 100)).isEqualTo(5);
    }

    @Test
    void theLargestBurstAndRateDoNotOverflow() {
        TokenBucket bucket = new TokenBucket();
        Allowance huge = allowance(Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(takeAll(bucket, huge, 0, 1_000_000)).isEqualTo(1_000_000);
        Allowance slow = allowance(1, 1_000_000);
        assertThat(bucket.tryTake(slow, 0)).isFalse();
        assertThat(takeAll(bucket, slow, 10 * SECOND, 100)).isEqualTo(10);
    }

    @Test
    void aBurstOfZeroIsASecondsWorth() {
        assertThat(takeAll(new TokenBucket(), allowance(7, 0), 0, 100)).isEqualTo(7);
    }

    @Test
    void aRateOfZeroHasATokenForEveryone() {
        assertThat(takeAll(new TokenBucket(), allowance(0, 3), 0, 10_000)).isEqualTo(10_000);
    }

    @Test
    void aClockThatGoesBackGivesNothingTwice() {
        TokenBucket bucket = new TokenBucket();
        Allowance allowance = allowance(1, 10);
        assertThat(takeAll(bucket, allowance, 100 * SECOND, 100)).isEqualTo(10);
        for (int i = 0; i < 1000; i++) {
            assertThat(bucket.tryTake(allowance, 50 * SECOND)).isFalse();
            assertThat(bucket.tryTake(allowance, 100 * SECOND)).isFalse();
        }
        assertThat(takeAll(bucket, allowance, 102 * SECOND, 100)).isEqualTo(2);
    }

    @Test
    void theClockMayWrapAround() {
        TokenBucket bucket = new TokenBucket();
        Allowance allowance = allowance(1, 2);
        assertThat(takeAll(bucket, allowance, Long.MAX_VALUE, 100)).isEqualTo(2);
        assertThat(takeAll(bucket, allowance, Long.MIN_VALUE + SECOND - 1, 100)).isEqualTo(1);
    }

    @Test
    void aLargerBurstIsThereAtOnceAndASmallerOneIsAtMostAllTaken() {
        TokenBucket bucket = new TokenBucket();
        assertThat(takeAll(bucket, allowance(1, 10), 0, 100)).isEqualTo(10);
        assertThat(takeAll(bucket, allowance(1, 15), 0, 100)).isEqualTo(5);
        assertThat(takeAll(bucket, allowance(1, 2), SECOND, 100))
                .as("fifteen were taken, of which two count")
                .isEqualTo(1);
        assertThat(takeAll(bucket, allowance(1, 2), 3 * SECOND, 100)).isEqualTo(2);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainAndNeverMoreThanThereWas() {
        TokenBucket bucket = new TokenBucket();
        Allowance allowance = allowance(1, 3);
        bucket.giveBack();
        assertThat(takeAll(bucket, allowance, 0, 100)).isEqualTo(3);
        bucket.giveBack();
        assertThat(takeAll(bucket, allowance, 0, 100)).isEqualTo(1);
        bucket.forget();
        assertThat(takeAll(bucket, allowance, 0, 100)).isEqualTo(3);
    }

    @Provide
    Arbitrary<List<Long>> pauses() {
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 10),
                        Arbitraries.longs().between(0, SECOND),
                        Arbitraries.longs().between(0, 100 * SECOND))
                .list()
                .ofMaxSize(200);
    }

    /** The same in tokens that are left and fractions of any size. */
    private static final class Exact {
        private static final BigInteger PARTS = BigInteger.valueOf(SECOND);
        private BigInteger left;

        private Exact(int burst) {
            left = PARTS.multiply(BigInteger.valueOf(burst));
        }

        private boolean tryTake(int rate, int burst, long elapsed) {
            BigInteger more = BigInteger.valueOf(elapsed).multiply(BigInteger.valueOf(rate));
            left = left.add(more).min(PARTS.multiply(BigInteger.valueOf(burst)));
            if (left.compareTo(PARTS) < 0) {
                return false;
            }
            left = left.subtract(PARTS);
            return true;
        }
    }

    @Property(tries = 500)
    void itIsExact(
            @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int rate,
            @ForAll @IntRange(min = 1, max = 50) int burst,
            @ForAll("pauses") List<Long> pauses,
            @ForAll long start) {
        TokenBucket bucket = new TokenBucket();
        Exact exact = new Exact(burst);
        long now = start;
        for (long pause : pauses) {
            now += pause;
            assertThat(bucket.tryTake(allowance(rate, burst), now)).isEqualTo(exact.tryTake(rate, burst, pause));
        }
    }
}
