package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.control.ExemptCost;
import dev.spillway.control.PressureView;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.RoomView;
import dev.spillway.server.demo.Moment.Phase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveTableTest {
    private static final List<String> LISTENERS = List.of("public", "private", "exempt");
    private static final Watermarks MARKS = new Watermarks(0.7, 0.8, 0.9);

    @Test
    void theHeaderComesFirstAndAgainEveryTwentyRows() {
        LiveTable table = new LiveTable(Palette.PLAIN, LISTENERS);
        Moment moment = moment(0, Phase.CALM, 0, 0, 0);
        for (int i = 0; i < 60; i++) {
            assertThat(table.row(moment, moment).contains(" time  phase"))
                    .as("row " + i)
                    .isEqualTo(i % 20 == 0);
        }
    }

    @Test
    void figuresStandUnderTheirHeadings() {
        LiveTable table = new LiveTable(Palette.PLAIN, LISTENERS);
        String[] lines = table.row(moment(0, Phase.CALM, 0, 0, 0), moment(2, Phase.ATTACK, 93, 300, 4))
                .split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[2])
                .startsWith("   2s  attack  #########|.   93% ledger")
                .contains("3.5 MB", "40%", "50%", "1,234", "567")
                .hasSameSizeAs(lines[1]);
        for (String heading : List.of("held", "syn-drop", "kill", "closed", "hostile", "done", "fail")) {
            int end = lines[1].lastIndexOf(heading) + heading.length();
            assertThat(lines[2].charAt(end - 1)).as("under " + heading).isNotEqualTo(' ');
        }
    }

    @Test
    void exchangesAreASecondAndFailuresSinceTheLastRow() {
        LiveTable table = new LiveTable(Palette.PLAIN, LISTENERS);
        Moment before = moment(10, Phase.ATTACK, 50, 1000, 3);
        Moment now = moment(12, Phase.ATTACK, 50, 1500, 5);
        assertThat(table.row(before, now)).endsWith("     250     2     250     2     250     2");
    }

    @Test
    void theBarStaysInItsPlaceWhateverTheLevel() {
        for (int percent : new int[] {0, 5, 10, 89, 90, 99, 100, 250}) {
            LiveTable table = new LiveTable(Palette.PLAIN, LISTENERS);
            Moment moment = moment(1, Phase.ATTACK, percent, 0, 0);
            String row = table.row(moment, moment)
                    .lines()
                    .reduce((first, last) -> last)
                    .orElseThrow();
            assertThat(row.substring(15, 26))
                    .as(percent + " %")
                    .matches("#*\\.*\\|[#.]")
                    .hasSize(11);
        }
    }

    @Test
    void colourChangesNothingButColour() {
        Moment before = moment(1, Phase.ATTACK, 50, 10, 0);
        Moment now = moment(2, Phase.ATTACK, 95, 20, 1);
        String coloured = new LiveTable(Palette.COLOUR, LISTENERS).row(before, now);
        assertThat(coloured).contains("\u001b[31m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", ""))
                .isEqualTo(new LiveTable(Palette.PLAIN, LISTENERS).row(before, now));
    }

    static Moment moment(int second, Phase phase, int percent, long done, long failed) {
        Evaluation evaluation =
                Evaluation.of(List.of(new Reading(Signal.LEDGER, percent, 100)), Map.of(Signal.LEDGER, MARKS));
        Map<String, Exchanges> honest = new LinkedHashMap<>();
        LISTENERS.forEach(name -> honest.put(name, new Exchanges(done, failed, 0, 0, 0, new Latencies().snapshot())));
        return new Moment(
                Duration.ofSeconds(second),
                phase,
                new PressureView(
                        Optional.of(evaluation),
                        Map.of(),
                        new Rates(0.4, 0.5),
                        1,
                        1,
                        1,
                        1,
                        1234,
                        0,
                        false,
                        0,
                        0,
                        new ExemptCost(0, 0, 0, Optional.empty())),
                new RelayCounts(
                        0, 0, 0, 1, 3_456_789, 4 << 20, 0, 0, 0, 0, 0, 0, Map.of(), new RoomView(0, 1, Map.of())),
                0,
                new HostileCrowd.Counts(567, 0, 0, 0, 0, 0, 0, 0),
                honest);
    }
}
