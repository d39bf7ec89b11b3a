package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What becomes of a signal whose files come and go. */
class MeasuredSourceTest {
    private static final Reading READING = new Reading(Signal.CONTAINER, 5, 10);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 3);
    private final Files files = new Files();

    /** Counts what is done with it, and fails when told. */
    private static final class Files implements Measure.Opening {
        private int opens;
        private int open;
        private int renewals;
        private String gone = "";
        private String broken = "";
        private boolean stale;

        @Override
        public Measure open() throws IOException {
            opens++;
            if (!gone.isEmpty()) {
                throw new IOException(gone);
            }
            open++;
            stale = false;
            return new Measure() {
                @Override
                public Reading read() throws IOException {
                    if (!broken.isEmpty() || stale) {
                        throw new IOException(broken);
                    }
                    return READING;
                }

                @Override
                public void renew() {
                    renewals++;
                }

                @Override
                public long foundOutAt() {
                    return 77;
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private MeasuredSource source() {
        return new MeasuredSource(Signal.CONTAINER, files, TimeUnit.SECONDS.toNanos(5), clock::get);
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void itIsKnownFromTheStartThatItCannotBeRead() {
        files.gone = "there is no such thing";
        assertThat(source().unavailable()).contains("there is no such thing");
    }

    @Test
    void filesStayOpenAndWhatSeldomChangesIsLookedAtOnceASecond() {
        MeasuredSource source = source();
        for (int i = 0; i < 1000; i++) {
            assertThat(source.read()).contains(READING);
            pass(5);
        }
        assertThat(files.opens).isEqualTo(1);
        assertThat(files.renewals).isBetween(4, 5);
        assertThat(source.foundOutAt()).isEqualTo(77);
    }

    @Test
    void oneThatFailsIsOpenedAnewAtOnceSoThatNoReadingIsMissed() {
        MeasuredSource source = source();
        files.stale = true;
        assertThat(source.read()).contains(READING);
        assertThat(source.unavailable()).isEmpty();
        assertThat(files.opens).isEqualTo(2);
        assertThat(files.open).isEqualTo(1);
    }

    @Test
    void oneThatStaysAwayIsTriedSlowlyHoldsNothingOpenAndComesBack() {
        MeasuredSource source = source();
        files.gone = "gone";
        files.broken = "broken";
        for (int i = 0; i < 1000; i++) {
            assertThat(source.read()).isEmpty();
            assertThat(source.unavailable()).contains("gone");
            assertThat(files.open).isZero();
            pass(10);
        }
        assertThat(files.opens).isBetween(3, 4);
        files.gone = "";
        pass(5_000);
        assertThat(source.read()).isEmpty();
        assertThat(source.unavailable()).contains("broken");
        assertThat(files.open).isZero();
        files.broken = "";
        pass(5_000);
        assertThat(source.read()).contains(READING);
        assertThat(source.unavailable()).isEmpty();
    }

    @Test
    void aDefectIsAReasonToo() {
        MeasuredSource source = new MeasuredSource(
                Signal.CONTAINER,
                () -> {
                    throw new IllegalStateException();
                },
                1,
                clock::get);
        assertThat(source.read()).isEmpty();
        assertThat(source.unavailable()).contains("IllegalStateException");
    }

    @Test
    void whatIsClosedStaysClosed() {
        MeasuredSource source = source();
        source.close();
        pass(60_000);
        assertThat(source.read()).isEmpty();
        assertThat(files.open).isZero();
        assertThat(files.opens).isEqualTo(1);
    }
}
