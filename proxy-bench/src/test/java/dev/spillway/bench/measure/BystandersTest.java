package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BystandersTest {
    @Test
    void whatIsNewCountsFromItsBeginningAndWhatIsGoneDoesNot() {
        Bystanders before = new Bystanders(Map.of(1L, 100L, 2L, 50L));
        Bystanders after = new Bystanders(Map.of(1L, 170L, 3L, 30L));
        assertThat(after.nanosSince(before)).hasValue(100);
    }

    @Test
    void anIdOfAnEndedThreadThatIsUsedAgainTakesNothingAway() {
        assertThat(new Bystanders(Map.of(1L, 5L)).nanosSince(new Bystanders(Map.of(1L, 100L))))
                .hasValue(0);
    }

    @Test
    void whereTheKernelTellsOfNobodyItIsUnknownAndNotNought() {
        assertThat(new Bystanders(Map.of()).nanosSince(new Bystanders(Map.of())))
                .isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisThreadIsAmongThem() throws Exception {
        Bystanders before = Bystanders.now();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        long turns = 0;
        while (System.nanoTime() - until < 0) {
            turns++;
        }
        assertThat(turns).isPositive();
        assertThat(Bystanders.now().nanosSince(before).orElseThrow()).isPositive();
    }
}
