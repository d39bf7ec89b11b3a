package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.SignalOrigins;
import dev.spillway.pressure.Watermarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalScriptTest {
    private static final Watermarks MARKS = new Watermarks(0.5, 0.6, 0.7);
    private static final String TEXT = """
            # a shortage that comes and goes, and a file that does
            0   ledger      1 10
            100 ledger      9 10

            100 kernel-tcp  5 50
            200 kernel-tcp  unavailable  the file is gone
            300 ledger      2 10
            """;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 50);

    private SignalSource source(SignalScript script, Signal signal) {
        return script.play(clock::get).make(signal, MARKS, SignalOrigins.FOUND);
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void eachLineHoldsUntilTheNextOfItsSignal(@TempDir Path folder) throws IOException {
        SignalScript script = SignalScript.read(Files.writeString(folder.resolve("script"), TEXT));
        SignalSource ledger = source(script, Signal.LEDGER);
        SignalSource tcp = source(script, Signal.KERNEL_TCP);
        assertThat(script.lengthNanos()).isEqualTo(300_000_000);
        assertThat(ledger.read()).contains(new Reading(Signal.LEDGER, 1, 10));
        assertThat(tcp.read()).isEmpty();
        assertThat(tcp.unavailable()).contains("comes later in the script");
        pass(99);
        assertThat(ledger.read()).contains(new Reading(Signal.LEDGER, 1, 10));
        pass(1);
        assertThat(ledger.read()).contains(new Reading(Signal.LEDGER, 9, 10));
        assertThat(tcp.read()).contains(new Reading(Signal.KERNEL_TCP, 5, 50));
        assertThat(tcp.unavailable()).isEmpty();
        pass(500);
        assertThat(ledger.read()).contains(new Reading(Signal.LEDGER, 2, 10));
        assertThat(tcp.read()).isEmpty();
        assertThat(tcp.unavailable()).contains("the file is gone");
        assertThat(source(script, Signal.HEAP).unavailable()).contains("is not in the script");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x ledger 1 2",
                "5 ledger 1",
                "5 ledgr 1 2",
                "5 ledger 1 0",
                "5 ledger -1 2",
                "5 ledger 1 2 3",
                "4 ledger 1 2"
            })
    void aLineThatDoesNotFitIsNamed(String line) {
        assertThatThrownBy(() -> SignalScript.of("s", List.of("5 ledger 1 2", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("s:2: \"" + line + "\" (expected: milliseconds");
    }

    @Test
    void whatIsRecordedPlaysTheSameAgain() {
        List<String> lines = new ArrayList<>();
        SignalScript script = SignalScript.of("s", TEXT.lines().toList());
        SignalRecorder recorder = new SignalRecorder(script.play(clock::get), lines::add, 100, clock::get);
        SignalSource tcp = recorder.make(Signal.KERNEL_TCP, MARKS, SignalOrigins.FOUND);
        SignalSource ledger = recorder.make(Signal.LEDGER, MARKS, SignalOrigins.FOUND);
        for (int i = 0; i < 80; i++) {
            tcp.read();
            ledger.read();
            pass(5);
        }
        assertThat(lines)
                .containsExactly(
                        "0 kernel-tcp unavailable comes later in the script",
                        "0 ledger 1 10",
                        "100 kernel-tcp 5 50",
                        "100 ledger 9 10",
                        "200 kernel-tcp unavailable the file is gone",
                        "300 ledger 2 10");
        SignalSource again = source(SignalScript.of("recorded", lines), Signal.LEDGER);
        pass(150);
        assertThat(again.read()).contains(new Reading(Signal.LEDGER, 9, 10));
    }

    @Test
    void aRecordingEndsWhenItHasItsLines() {
        List<String> lines = new ArrayList<>();
        SignalRecorder recorder = new SignalRecorder(
                SignalScript.of("s", TEXT.lines().toList()).play(clock::get), lines::add, 2, clock::get);
        SignalSource ledger = recorder.make(Signal.LEDGER, MARKS, SignalOrigins.FOUND);
        for (int i = 0; i < 80; i++) {
            assertThat(ledger.read()).isPresent();
            pass(5);
        }
        assertThat(lines).containsExactly("0 ledger 1 10", "100 ledger 9 10");
    }
}
