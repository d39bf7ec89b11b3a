package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IdTableTest {
    private final IdTable<Entry> table = new IdTable<>(Entry::id);

    private record Entry(long id) {}

    private List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        table.forEach(all::add);
        return all;
    }

    @Test
    void nothingIsFoundInAnEmptyOne() {
        assertThat(table.find(0)).isNull();
        table.remove(0);
        assertThat(table.size()).isZero();
        assertThat(all()).isEmpty();
    }

    @Test
    void entriesThatWantOnePlaceAreAllFound() {
        long[] numbers = LongStream.range(0, Long.MAX_VALUE)
                .filter(number -> IdTable.home(number, IdTable.LEAST_PLACES - 1) == IdTable.LEAST_PLACES - 3)
                .limit(20)
                .toArray();
        for (long number : numbers) {
            table.add(new Entry(number));
        }
        table.remove(numbers[3]);
        assertThat(table.find(numbers[3])).isNull();
        for (int i = 4; i < 20; i++) {
            assertThat(table.find(numbers[i])).isEqualTo(new Entry(numbers[i]));
        }
        assertThat(all()).hasSize(19);
    }

    /** Those who stay came one after the other; each newcomer's number comes round to theirs. */
    @Test
    void whoComesAndGoesDoesNotPassThoseWhoStay() {
        AtomicLong asked = new AtomicLong();
        IdTable<Entry> counting = new IdTable<>(entry -> {
            asked.incrementAndGet();
            return entry.id();
        });
        for (long i = 0; i < 10_000; i++) {
            counting.add(new Entry(i));
        }
        asked.set(0);
        int newcomers = 200_000;
        for (long i = 10_000; i < 10_000 + newcomers; i++) {
            counting.add(new Entry(i));
            counting.remove(i);
            assertThat(counting.find(i)).isNull();
        }
        // Each asks for its own twice; the rest is who stood in the way, and all of them at each rebuilding.
        assertThat(asked.get()).isLessThan(8L * newcomers);
    }

    /** As a proxy with few connections at a time sees it: what has gone takes no place for ever. */
    @Test
    void itStaysSmallHoweverManyComeAndGo() {
        for (long i = 0; i < 100_000; i++) {
            table.add(new Entry(i));
            if (i >= 10) {
                table.remove(i - 10);
            }
        }
        assertThat(table.size()).isEqualTo(10);
        assertThat(table.places()).isEqualTo(IdTable.LEAST_PLACES);
        assertThat(all())
                .extracting(Entry::id)
                .containsExactlyInAnyOrder(
                        99_990L, 99_991L, 99_992L, 99_993L, 99_994L, 99_995L, 99_996L, 99_997L, 99_998L, 99_999L);
    }

    @Test
    void itShrinksAgainWhenManyHaveGone() {
        for (long i = 0; i < 10_000; i++) {
            table.add(new Entry(i));
        }
        assertThat(table.places()).isBetween(15_000, 60_000);
        for (long i = 0; i < 10_000; i++) {
            table.remove(i);
        }
        for (long i = 10_000; i < 60_000; i++) {
            table.add(new Entry(i));
            table.remove(i);
        }
        assertThat(table.places()).isEqualTo(IdTable.LEAST_PLACES);
    }

    @Property(tries = 300)
    void itHoldsWhatAMapWould(@ForAll @Size(max = 600) List<@LongRange(min = -200, max = 200) Long> steps) {
        IdTable<Entry> entries = new IdTable<>(Entry::id);
        Map<Long, Entry> model = new HashMap<>();
        for (long step : steps) {
            if (model.remove(step) != null) {
                entries.remove(step);
            } else {
                Entry entry = new Entry(step);
                model.put(step, entry);
                entries.add(entry);
            }
        }
        Set<Entry> seen = new HashSet<>();
        entries.forEach(each -> assertThat(seen.add(each)).isTrue());
        assertThat(seen).isEqualTo(new HashSet<>(model.values()));
        assertThat(entries.size()).isEqualTo(model.size());
        for (long i = -200; i <= 200; i++) {
            assertThat(entries.find(i)).isSameAs(model.get(i));
        }
    }

    /** Those that stay are found at every moment, and met once, while others come and go and the table is rebuilt. */
    @Test
    @Timeout(30)
    void aReaderNeverMissesWhoStays() throws Exception {
        for (long i = 0; i < 100; i++) {
            table.add(new Entry(i * 7));
        }
        AtomicBoolean ends = new AtomicBoolean();
        AtomicReference<String> missed = new AtomicReference<>();
        CountDownLatch rounds = new CountDownLatch(500);
        Thread reader = new Thread(() -> {
            while (!ends.get()) {
                read(missed);
                rounds.countDown();
            }
        });
        reader.start();
        try {
            for (long i = 1000; i < 20_000 || rounds.getCount() > 0; i++) {
                table.add(new Entry(i));
                if (i >= 1050) {
                    table.remove(i - 50);
                }
            }
        } finally {
            ends.set(true);
            reader.join(TimeUnit.SECONDS.toMillis(20));
        }
        assertThat(missed.get()).isNull();
    }

    private void read(AtomicReference<String> missed) {
        for (long i = 0; i < 100; i++) {
            if (table.find(i * 7) == null) {
                missed.compareAndSet(null, "not found: " + i * 7);
            }
        }
        Map<Long, Integer> met = new HashMap<>();
        table.forEach(each -> met.merge(each.id(), 1, Integer::sum));
        for (long i = 0; i < 100; i++) {
            if (!Integer.valueOf(1).equals(met.get(i * 7))) {
                missed.compareAndSet(null, "met " + met.get(i * 7) + " times: " + i * 7);
            }
        }
    }
}
