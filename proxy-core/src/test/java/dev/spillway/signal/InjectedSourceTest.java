package dev.spillway.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InjectedSourceTest {
    private static final long BUDGET = 1000;

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Injection injection = new Injection(clock::get);
    private Path file;
    private InjectedSource source;

    @BeforeEach
    void open() {
        file = folder.resolve("level");
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    private Optional<Reading> read() {
        if (source == null) {
            source = new InjectedSource(injection, Optional.of(file), BUDGET, clock::get);
        }
        return source.read();
    }

    private void say(String content) throws IOException {
        Files.writeString(file, content);
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static Optional<Reading> reading(long used, long limit) {
        return Optional.of(new Reading(Signal.INJECTED, used, limit));
    }

    @ParameterizedTest
    @CsvSource({
        "0.97, 970, 1000",
        "1, 1000, 1000",
        "0, 0, 1000",
        "'0.5\n', 500, 1000",
        ".25, 250, 1000",
        "950 1000, 950, 1000",
        "'  7\t5 \n', 7, 5",
        "'0 1', 0, 1"
    })
    void aShareOrUsedAndLimitIsRead(String content, long used, long limit) throws IOException {
        say(content);
        assertThat(read()).isEqualTo(reading(used, limit));
        assertThat(source.unavailable()).isEmpty();
    }

    @Test
    void everyReadingSaysWhatTheFileSaysNow() throws IOException {
        say("0.1");
        for (int i = 1; i < 100; i++) {
            say("0." + (100 + i));
            assertThat(read()).isEqualTo(reading(100 + i, BUDGET));
        }
    }

    @Test
    void aFileThatIsReplacedIsFollowedAtOnce() throws IOException {
        say("0.1");
        assertThat(read()).isEqualTo(reading(100, BUDGET));
        Path next = Files.writeString(folder.resolve("next"), "0.2");
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        assertThat(read()).isEqualTo(reading(200, BUDGET));
    }

    @Test
    void aFileThatIsEmptyIsBeingWrittenAndWhatItSaidHoldsForASecond() throws IOException {
        say("0.9");
        assertThat(read()).isEqualTo(reading(900, BUDGET));
        say("");
        pass(999);
        assertThat(read()).isEqualTo(reading(900, BUDGET));
        pass(1);
        assertThat(read()).isEmpty();
        assertThat(source.unavailable())
                .contains(
                        file + ": empty (expected: a share from 0 to 1, as 0.97, or used and limit," + " as 950 1000)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"97", "1.01", "-0.5", "x", "NaN", "0.9.7", "1 0", "-1 5", "5 -1", "1 2 3", "1,2", "0x1p-1", "."})
    void garbageIsTheReasonWithFileAndContent(String content) throws IOException {
        say(content);
        assertThat(read()).isEmpty();
        assertThat(source.unavailable())
                .contains(file + ": \"" + content + "\" (expected: a share from 0 to 1, as 0.97, or"
                        + " used and limit, as 950 1000)");
    }

    @Test
    void bytesThatAreNoTextAreShownHarmlessly() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, 0x1b, '[', '7', 'm', 0});
        assertThat(read()).isEmpty();
        assertThat(source.unavailable().orElseThrow()).contains("\"??[7m?\"");
    }

    @Test
    void aFileThatIsFarTooLongIsNotTakenIn() throws IOException {
        say("9".repeat(1 << 20));
        assertThat(read()).isEmpty();
        assertThat(source.unavailable().orElseThrow()).endsWith("longer than 65536 bytes");
    }

    @Test
    void aFileThatIsNotThereIsWaitedForAndOneThatGoesIsMissed() throws IOException {
        assertThat(read()).isEmpty();
        assertThat(source.unavailable()).contains("there is no " + file);
        say("0.5");
        pass(99);
        assertThat(read()).isEmpty();
        pass(1);
        assertThat(read()).isEqualTo(reading(500, BUDGET));
        assertThat(source.unavailable()).isEmpty();
        Files.delete(file);
        assertThat(read()).isEmpty();
        assertThat(source.unavailable()).contains("there is no " + file);
    }

    @Test
    void whatIsNoRegularFileIsNotOpened() throws IOException {
        Files.createDirectory(file);
        assertThat(read()).isEmpty();
        assertThat(source.unavailable()).contains(file + " is not a regular file");
    }

    @Test
    void whatIsSetGoesBeforeTheFileUntilItsTimeIsOver() throws IOException {
        say("0.5");
        injection.set(0.97, Duration.ofSeconds(10));
        assertThat(read()).isEqualTo(reading(970, BUDGET));
        pass(9_999);
        assertThat(read()).isEqualTo(reading(970, BUDGET));
        pass(1);
        assertThat(read()).isEqualTo(reading(500, BUDGET));
        injection.set(0.1, Duration.ofSeconds(10));
        injection.set(0.2, Duration.ofSeconds(1));
        assertThat(read()).isEqualTo(reading(200, BUDGET));
        injection.clear();
        assertThat(read()).isEqualTo(reading(500, BUDGET));
    }

    @Test
    void withoutAFileTheSignalIsThereWhileSomethingIsSet() {
        source = new InjectedSource(injection, Optional.empty(), BUDGET, clock::get);
        assertThat(read()).isEmpty();
        assertThat(source.unavailable()).contains("nothing is set, and there is no file");
        injection.set(1, Injection.LONGEST);
        assertThat(read()).isEqualTo(reading(1000, BUDGET));
        assertThat(source.unavailable()).isEmpty();
    }

    @Test
    void whatIsOutOfRangeIsRefusedAndWhatWasSetStays() {
        injection.set(0.3, Duration.ofSeconds(1));
        for (double level : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> injection.set(level, Duration.ofSeconds(1)))
                    .hasMessage("level: " + level + " (expected: a share, 0 to 1)");
        }
        for (Duration time : new Duration[] {Duration.ZERO, Duration.ofNanos(-1), Injection.LONGEST.plusNanos(1)}) {
            assertThatThrownBy(() -> injection.set(0.5, time)).hasMessageStartingWith("time: " + time);
        }
        assertThat(injection.level()).hasValue(0.3);
    }
}
