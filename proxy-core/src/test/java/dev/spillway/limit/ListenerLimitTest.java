package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;
import org.junit.jupiter.api.Test;

/** S16: what all newcomers of a listener together may do. */
class ListenerLimitTest {
    private static final Allowance BOTH = new Allowance(1, 10, 3);

    private final ListenerLimit limit = new ListenerLimit();

    private Place in(Allowance allowance) {
        return (Place) limit.enter(allowance, 0);
    }

    @Test
    void soManyMayBeHalfOpenAndOneMoreForEachThatIsNoMore() {
        Place first = in(BOTH);
        in(BOTH);
        in(BOTH);
        assertThat(limit.enter(BOTH, 0)).isEqualTo(Denial.HALF_OPEN);
        limit.leave(first);
        assertThat(limit.enter(BOTH, 0)).isInstanceOf(Place.class);
        assertThat(limit.enter(BOTH, 0)).isEqualTo(Denial.HALF_OPEN);
        assertThat(limit.halfOpen()).isEqualTo(3);
    }

    @Test
    void soManyMayBeOpenUntilOneHasEndedWhateverItHasSaid() {
        Allowance two = new Allowance(0, 0, 0, 2);
        Place first = in(two);
        Place second = in(two);
        assertThat(limit.enter(two, 0)).isEqualTo(Denial.CONNECTIONS);
        limit.leave(first);
        assertThat(limit.enter(two, 0)).isEqualTo(Denial.CONNECTIONS);
        limit.end(first);
        limit.cancel(second);
        assertThat(limit.connections()).isZero();
        limit.forget();
        limit.end(in(two));
        limit.end(first);
        assertThat(limit.connections()).isZero();
    }

    @Test
    void whoIsDeniedTakesNothing() {
        for (int i = 0; i < 3; i++) {
            in(BOTH);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(limit.enter(BOTH, 0)).isEqualTo(Denial.HALF_OPEN);
        }
        Allowance rateAlone = new Allowance(1, 10, 0);
        for (int i = 3; i < 10; i++) {
            in(rateAlone);
        }
        assertThat(limit.enter(rateAlone, 0)).isEqualTo(Denial.RATE);
        assertThat(limit.halfOpen()).isEqualTo(10);
    }

    @Test
    void whoDidNotGetInAfterAllHasTakenNothing() {
        Allowance one = new Allowance(1, 1, 1);
        for (int i = 0; i < 100; i++) {
            limit.cancel(in(one));
        }
        assertThat(limit.halfOpen()).isZero();
        limit.leave(in(one));
        assertThat(limit.enter(one, 0)).isEqualTo(Denial.RATE);
    }

    @Test
    void whatWasForgottenDoesNotCountNegativeLater() {
        Place before = in(BOTH);
        limit.forget();
        limit.leave(before);
        limit.cancel(before);
        assertThat(limit.halfOpen()).isZero();
        for (int i = 0; i < 3; i++) {
            in(BOTH);
        }
        assertThat(limit.enter(BOTH, 0)).isEqualTo(Denial.HALF_OPEN);
    }

    @Test
    void whoCameWhileThereWasNoLimitOfHalfOpenOnesCountsWhenThereIs() {
        Place first = in(Allowance.UNLIMITED);
        in(Allowance.UNLIMITED);
        assertThat(limit.enter(new Allowance(0, 0, 2), 0)).isEqualTo(Denial.HALF_OPEN);
        limit.leave(first);
        assertThat(limit.enter(new Allowance(0, 0, 2), 0)).isInstanceOf(Place.class);
    }
}
