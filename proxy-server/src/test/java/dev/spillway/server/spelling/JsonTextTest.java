package dev.spillway.server.spelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Held to the library's own binding, which it does without. */
class JsonTextTest {
    private record Inner(boolean on, String text) {}

    private record Outer(
            String name,
            int whole,
            long large,
            double share,
            Double absent,
            TimeUnit unit,
            List<Inner> inner,
            Map<String, Long> counts,
            Object any) {}

    private static Outer outer(String name, double share) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("b", 1L);
        counts.put("a", Long.MAX_VALUE);
        List<Inner> inner = List.of(new Inner(true, "\"quoted\" \\ \u0001 \u20ac \n"), new Inner(false, ""));
        return new Outer(name, -1, 1L << 40, share, null, TimeUnit.DAYS, inner, counts, Arrays.asList(1, null, "x"));
    }

    private static void assertSame(Object value) throws JsonProcessingException {
        assertThat(JsonText.of(value)).isEqualTo(new ObjectMapper().writeValueAsString(value));
    }

    @Test
    void aRecordIsWhatTheLibraryMakesOfIt() throws Exception {
        for (double share : new double[] {0, 0.1, 1e-9, 1e21, -5, Double.NaN, Double.NEGATIVE_INFINITY}) {
            assertSame(outer("\ud83d\ude00 and half of one: \ud83d", share));
        }
    }

    @Test
    void listsMapsAndPlainValuesAreToo() throws Exception {
        assertSame(Arrays.asList("a", 1, 2L, 3.5f, (short) 4, (byte) 5, true, null, List.of(), Map.of()));
        assertSame(Map.of("key", new Inner(true, "x")));
    }

    private record Renamed(String before) implements JsonText.Members {
        @Override
        public Map<String, String> members() {
            return Map.of("old", before);
        }
    }

    @Test
    void membersGoBeforeComponents() {
        assertThat(JsonText.of(List.of(new Renamed("x")))).isEqualTo("[{\"old\":\"x\"}]");
    }

    /** Better a loud mistake than a shape that nobody decided on. */
    @Test
    void whatIsNotPlainIsRefused() {
        assertThatThrownBy(() -> JsonText.of(List.of(Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("java.time.Duration: no plain value");
    }
}
