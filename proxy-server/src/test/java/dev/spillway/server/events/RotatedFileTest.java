package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedFileTest {
    private static final int KIB = 1024;
    private static final int MAX_SIZE = 64 * KIB;

    @TempDir
    Path folder;

    private RotatedFile file(int keep) {
        return file(folder, MAX_SIZE, keep);
    }

    private static RotatedFile file(Path folder, long maxSize, int keep) {
        return new RotatedFile(
                new EventFileSettings(folder.resolve("e"), maxSize, keep),
                path -> new FileOutputStream(path.toFile(), true));
    }

    /** A line that begins with its number and has {@code length} bytes, its line feed included; 12 at least. */
    private static byte[] line(int number, int length) {
        String text = "%010d ".formatted(number);
        return (text + "x".repeat(length - text.length() - 1) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        return names(folder);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    private static List<Integer> numbers(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> Integer.parseInt(line.substring(0, 10)))
                .toList();
    }

    @Test
    void aFileMayBeFullToTheLastByte() throws IOException {
        try (RotatedFile file = file(1)) {
            file.append(line(1, MAX_SIZE - 100));
            file.append(line(2, 100));
            assertThat(names()).containsExactly("e");
            file.append(line(3, 12));
            assertThat(names()).containsExactly("e", "e.1");
            file.append(line(4, MAX_SIZE));
        }

        assertThat(numbers(folder.resolve("e"))).containsExactly(4);
        assertThat(numbers(folder.resolve("e.1"))).containsExactly(3);
    }

    @Test
    void withNothingToKeepAFullFileIsThrownAway() throws IOException {
        try (RotatedFile file = file(0)) {
            for (int i = 0; i < 5; i++) {
                file.append(line(i, MAX_SIZE - i));
            }
        }

        assertThat(names()).containsExactly("e");
        assertThat(numbers(folder.resolve("e"))).containsExactly(4);
    }

    @Test
    void theOldestIsForgottenFirst() throws IOException {
        try (RotatedFile file = file(3)) {
            for (int i = 1; i <= 9; i++) {
                file.append(line(i, MAX_SIZE));
            }
        }

        assertThat(names()).containsExactly("e", "e.1", "e.2", "e.3");
        assertThat(numbers(folder.resolve("e.1"))).containsExactly(8);
        assertThat(numbers(folder.resolve("e.3"))).containsExactly(6);
    }

    @Test
    void whatALargerKeepLeftIsRemoved() throws IOException {
        try (RotatedFile file = file(5)) {
            for (int i = 1; i <= 9; i++) {
                file.append(line(i, MAX_SIZE));
            }
        }
        Files.writeString(folder.resolve("e.old"), "somebody else's");
        try (RotatedFile file = file(2)) {
            file.open();
            assertThat(names()).containsExactly("e", "e.1", "e.2", "e.old");
        }
    }

    @Test
    void aRotationThatWasInterruptedCostsNoFile() throws IOException {
        try (RotatedFile file = file(3)) {
            for (int i = 1; i <= 4; i++) {
                file.append(line(i, MAX_SIZE));
            }
        }
        // As after a crash in the middle: 2 went to 3, 1 to 2, and then it ended.
        Files.move(folder.resolve("e.2"), folder.resolve("e.3"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(folder.resolve("e.1"), folder.resolve("e.2"));
        try (RotatedFile file = file(3)) {
            file.append(line(5, MAX_SIZE));
        }

        assertThat(numbers(folder.resolve("e.1"))).containsExactly(4);
        assertThat(numbers(folder.resolve("e.2"))).containsExactly(3);
        assertThat(numbers(folder.resolve("e.3"))).containsExactly(2);
    }

    @Test
    void aFileThatCanNotBePutAsideGrowsNoFurther() throws IOException {
        Files.createDirectories(folder.resolve("e.1").resolve("in-the-way"));
        try (RotatedFile file = file(1)) {
            file.append(line(1, MAX_SIZE));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> file.append(line(2, 12))).isInstanceOf(IOException.class);
            }
            assertThat(Files.size(folder.resolve("e"))).isEqualTo(MAX_SIZE);

            Files.delete(folder.resolve("e.1").resolve("in-the-way"));
            Files.delete(folder.resolve("e.1"));
            file.append(line(3, 12));
        }
        assertThat(numbers(folder.resolve("e"))).containsExactly(3);
        assertThat(numbers(folder.resolve("e.1"))).containsExactly(1);
    }

    @Test
    void aDirectoryIsNoFile() throws IOException {
        Files.createDirectory(folder.resolve("e"));
        try (RotatedFile file = file(1)) {
            assertThatThrownBy(file::open).isInstanceOf(IOException.class).hasMessage("not a regular file");
        }
    }

    @Test
    void aTornLineThatFillsTheFileIsRotatedAndNotLengthened() throws IOException {
        Files.writeString(folder.resolve("e"), "x".repeat(MAX_SIZE));
        try (RotatedFile file = file(1)) {
            file.append(line(1, 12));
        }

        assertThat(Files.size(folder.resolve("e.1"))).isEqualTo(MAX_SIZE);
        assertThat(numbers(folder.resolve("e"))).containsExactly(1);
    }

    /**
     * Whatever comes, each file and all of them together stay within their bounds, and what is on disk is the newest lines
     * without a gap, whole and in order.
     */
    @Property(tries = 100)
    void theDiskIsBoundedAndHasTheNewestLines(
            @ForAll @IntRange(min = MAX_SIZE, max = 4 * MAX_SIZE) int maxSize,
            @ForAll @IntRange(max = 4) int keep,
            @ForAll @Size(max = 60) List<@IntRange(min = 12, max = MAX_SIZE) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 20) int restartEvery)
            throws IOException {
        Path temporary = Files.createTempDirectory("rotated");
        try {
            RotatedFile file = file(temporary, maxSize, keep);
            for (int i = 0; i < lengths.size(); i++) {
                if (i % restartEvery == 0) {
                    file.close();
                    file = file(temporary, maxSize, keep);
                }
                file.append(line(i, lengths.get(i)));
                assertBounded(temporary, maxSize, keep);
            }
            file.close();
            List<Integer> kept = oldestFirst(temporary, keep);
            List<Integer> all = IntStream.range(0, lengths.size()).boxed().toList();
            assertThat(all.subList(all.size() - kept.size(), all.size())).isEqualTo(kept);
            assertThat(kept.isEmpty()).isEqualTo(lengths.isEmpty());
        } finally {
            removeAll(temporary);
        }
    }

    /** The same where somebody tears lines, truncates and moves away: no line is lost but by him, and bounds hold. */
    @Property(tries = 100)
    void theBoundsHoldWhateverSomebodyElseDoes(
            @ForAll @IntRange(min = 1, max = 3) int keep,
            @ForAll @Size(max = 60) List<@IntRange(min = 12, max = MAX_SIZE) Integer> lengths,
            @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> mischief)
            throws IOException {
        Path temporary = Files.createTempDirectory("rotated");
        Path current = temporary.resolve("e");
        try (RotatedFile first = file(temporary, MAX_SIZE, keep)) {
            RotatedFile file = first;
            for (int i = 0; i < lengths.size(); i++) {
                switch (i < mischief.size() && Files.exists(current) ? mischief.get(i) : 0) {
                    case 1 -> Files.delete(current);
                    case 2 -> Files.write(current, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
                    case 3 -> {
                        // A crash: half a line, as far as there is room for it, and a new process.
                        file.close();
                        long room = Math.min(7, MAX_SIZE - Files.size(current));
                        Files.writeString(current, "0000000".substring(0, (int) room), StandardOpenOption.APPEND);
                        file = file(temporary, MAX_SIZE, keep);
                    }
                    case 4 -> Files.deleteIfExists(temporary.resolve("e.1"));
                    default -> {}
                }
                byte[] line = line(i, lengths.get(i));
                file.append(line);
                assertThat(Files.readString(current)).endsWith(new String(line, StandardCharsets.UTF_8));
                assertBounded(temporary, MAX_SIZE, keep);
            }
            file.close();
            for (String line : Files.exists(current) ? Files.readAllLines(current) : List.<String>of()) {
                assertThat(line).matches("[0-9]{10} x*|0{1,7}");
            }
        } finally {
            removeAll(temporary);
        }
    }

    private static void assertBounded(Path folder, long maxSize, int keep) throws IOException {
        List<String> names = names(folder);
        assertThat(names).hasSizeLessThanOrEqualTo(keep + 1);
        for (String name : names) {
            assertThat(Files.size(folder.resolve(name))).isLessThanOrEqualTo(maxSize);
        }
    }

    private static List<Integer> oldestFirst(Path folder, int keep) throws IOException {
        List<Integer> kept = new ArrayList<>();
        for (int i = keep; i >= 0; i--) {
            Path each = folder.resolve(i == 0 ? "e" : "e." + i);
            if (Files.exists(each)) {
                kept.addAll(numbers(each));
            }
        }
        return kept;
    }

    private static void removeAll(Path folder) throws IOException {
        for (String name : names(folder)) {
            Files.delete(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
