package dev.spillway.bench.profile;

import dev.spillway.bench.profile.Stack.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads what {@code perf script -F comm,tid,ip,sym,dso} prints: for each sample a line with the thread's name and number, then an
 * indented line for each frame, as {@code 7f0bf0fc56d8 void a.B.c(int, long) (/tmp/perf-1.map)}, then an empty one.
 */
final class StackReader {
    /** The upper half of the addresses of 64 bits is the kernel's, on every processor that Linux runs on. */
    private static final String KERNEL = "ffff";

    private static final int ADDRESS_DIGITS = 16;

    private StackReader() {}

    /** Gives each stack of {@code lines} to {@code each}; one that is cut off after its first line is left out. */
    static void read(BufferedReader lines, Consumer<Stack> each) throws IOException {
        String thread = "";
        List<Frame> frames = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isBlank()) {
                end(thread, frames, each);
            } else if (Character.isWhitespace(line.charAt(0)) && !thread.isEmpty()) {
                frames.add(frame(line.strip()));
            } else {
                end(thread, frames, each);
                thread = threadIn(line.strip());
            }
        }
        end(thread, frames, each);
    }

    private static void end(String thread, List<Frame> frames, Consumer<Stack> each) {
        if (!frames.isEmpty()) {
            each.accept(new Stack(thread, frames));
            frames.clear();
        }
    }

    /** A name may have blanks; the number is the last word. */
    private static String threadIn(String line) {
        int number = line.lastIndexOf(' ');
        return number < 0 ? line : line.substring(0, number).strip();
    }

    private static Frame frame(String line) {
        int afterAddress = line.indexOf(' ');
        String address = afterAddress < 0 ? line : line.substring(0, afterAddress);
        String rest = afterAddress < 0 ? "" : line.substring(afterAddress + 1);
        // A name may have parentheses, and so may the file: "(/tmp/libx.so (deleted))".
        int file = Math.max(rest.lastIndexOf(" (/"), rest.lastIndexOf(" (["));
        String object = file < 0 ? "" : rest.substring(file + 2, rest.length() - 1);
        return new Frame(
                address.length() == ADDRESS_DIGITS && address.startsWith(KERNEL),
                file < 0 ? rest : rest.substring(0, file),
                object);
    }
}
