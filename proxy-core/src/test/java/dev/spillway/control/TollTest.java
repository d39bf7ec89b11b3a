package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Facts;
import org.junit.jupiter.api.Test;

/** What an episode costs in connections. */
class TollTest {
    private static final ConnectionFacts SOME = Facts.stalled(1, 1000, 2000);
    private static final ConnectionFacts OTHER = Facts.stalled(2, 10, 20);

    private final Toll toll = new Toll(7);

    @Test
    void aVictimCountsWhenItsCloseIsAskedFor() {
        toll.asked(SOME);
        toll.asked(OTHER);
        assertThat(toll.victims()).isEqualTo(2);
        assertThat(toll.bytes()).isEqualTo(SOME.costBytes() + OTHER.costBytes());
        assertThat(toll.episode()).isEqualTo(7);
    }

    @Test
    void whoHadEndedByItselfCountsNoMore() {
        toll.asked(SOME);
        toll.asked(OTHER);
        toll.endedItself(SOME);
        assertThat(toll.victims()).isEqualTo(1);
        assertThat(toll.bytes()).isEqualTo(OTHER.costBytes());
    }
}
