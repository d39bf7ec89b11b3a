package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.limit.RoomEvent.Begun;
import dev.spillway.limit.RoomEvent.Over;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomBoutTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RoomBout bout = new RoomBout(Shortage.HALF_OPEN, 10 * SECOND);

    @Test
    void nothingIsToldWhileNobodyIsClosed() {
        assertThat(bout.tell(0, 0, 5, 10)).isEmpty();
        assertThat(bout.tell(100 * SECOND, 0, 5, 10)).isEmpty();
    }

    @Test
    void aBoutIsTwoEventsHoweverManyGo() {
        assertThat(bout.tell(0, 0, 9, 10)).isEmpty();
        assertThat(bout.tell(SECOND, 100, 10, 10)).contains(new Begun(Shortage.HALF_OPEN, 100, 10, 10));
        assertThat(bout.tell(2 * SECOND, 1100, 10, 10)).isEmpty();
        assertThat(bout.tell(3 * SECOND, 1200, 10, 10)).isEmpty();
        assertThat(bout.tell(12 * SECOND, 1200, 3, 10)).isEmpty();
        assertThat(bout.tell(13 * SECOND, 1200, 3, 10)).contains(new Over(Shortage.HALF_OPEN, 2 * SECOND, 1200, 1000));
        assertThat(bout.tell(14 * SECOND, 1200, 3, 10)).isEmpty();
    }

    @Test
    void theNextBoutCountsAnew() {
        bout.tell(0, 7, 10, 10);
        bout.tell(20 * SECOND, 7, 10, 10);
        assertThat(bout.tell(21 * SECOND, 9, 10, 10)).contains(new Begun(Shortage.HALF_OPEN, 2, 10, 10));
        assertThat(bout.tell(40 * SECOND, 9, 10, 10)).contains(new Over(Shortage.HALF_OPEN, 0, 2, 2));
    }
}
