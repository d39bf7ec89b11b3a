package dev.spillway.signal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small file that is read again and again: kept open, read from its beginning into one buffer, searched there. A reading
 * makes no garbage.
 *
 * <p>Not a channel: those close themselves when the thread is interrupted.
 */
final class PolledFile implements AutoCloseable {
    /** What the kernel writes where there is no limit. */
    static final long UNLIMITED = Long.MAX_VALUE;

    private static final int FIRST_BYTES = 1024;
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_SHOWN = 60;
    private static final byte[] MAX = bytes("max");

    private final Path path;
    private final RandomAccessFile file;
    private byte[] content = new byte[FIRST_BYTES];
    private int length;

    /**
     * Opens {@code path}.
     *
     * @throws IOException if that can't be done; the message says why
     */
    PolledFile(Path path) throws IOException {
        this.path = path;
        if (!Files.exists(path)) {
            throw new IOException("there is no " + path);
        }
        if (!Files.isReadable(path)) {
            throw new AccessDeniedException(path.toString(), null, "may not be read");
        }
        this.file = new RandomAccessFile(path.toFile(), "r");
    }

    /** The bytes of a word to search for. */
    static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the file as it is now. */
    PolledFile read() throws IOException {
        try {
            length = fill();
            while (length == content.length) {
                if (length >= MOST_BYTES) {
                    throw new IOException("longer than " + MOST_BYTES + " bytes");
                }
                content = new byte[2 * length];
                length = fill();
            }
        } catch (IOException failed) {
            length = 0;
            throw new IOException(path + ": " + failed.getMessage(), failed);
        }
        return this;
    }

    private int fill() throws IOException {
        file.seek(0);
        return Math.max(0, file.read(content, 0, content.length));
    }

    /** The one number that the file holds, or {@link #UNLIMITED} for {@code max}. */
    long number() throws IOException {
        int end = length;
        while (end > 0 && space(content[end - 1])) {
            end--;
        }
        if (Arrays.equals(content, 0, end, MAX, 0, MAX.length)) {
            return UNLIMITED;
        }
        return number(0, end);
    }

    /** The number at place {@code index}, from 0, of those that the file holds. */
    long number(int index) throws IOException {
        int from = 0;
        for (int i = 0; ; i++) {
            while (from < length && space(content[from])) {
                from++;
            }
            int to = from;
            while (to < length && !space(content[to])) {
                to++;
            }
            if (i == index) {
                return number(from, to);
            }
            from = to;
        }
    }

    /** The number after the first {@code word} in the line that begins with {@code line}. */
    long number(byte[] line, byte[] word) throws IOException {
        int start = 0;
        while (start < length) {
            int end = start;
            while (end < length && content[end] != '\n') {
                end++;
            }
            if (at(start, end, line)) {
                for (int i = start + line.length; i <= end - word.length; i++) {
                    if (at(i, end, word)) {
                        int from = afterSpaces(i + word.length, end);
                        return number(from, endOfDigits(from, end));
                    }
                }
            }
            start = end + 1;
        }
        throw new IOException(path + " has no \"" + new String(line, StandardCharsets.US_ASCII).strip() + " "
                + new String(word, StandardCharsets.US_ASCII).strip() + "\"");
    }

    /** The same, or 0 if there is no such line. */
    long numberIfThere(byte[] line, byte[] word) throws IOException {
        for (int start = 0; start < length; start++) {
            if ((start == 0 || content[start - 1] == '\n') && at(start, length, line)) {
                return number(line, word);
            }
        }
        return 0;
    }

    /** The place of {@code word}, from 1, among the words of the first line that begins with {@code line}, or -1. */
    int place(byte[] line, byte[] word) {
        int from = lineOf(line, 0);
        int place = 0;
        while (from < length && content[from] != '\n') {
            int to = endOfWord(from);
            if (to - from == word.length && at(from, to, word)) {
                return place;
            }
            place++;
            from = afterSpaces(to, length);
        }
        return -1;
    }

    /**
     * The numbers at {@code places}, from 1, among the words of the second line that begins with {@code line}; one at a
     * place below 0 is left as it is.
     */
    void numbers(byte[] line, int[] places, long[] into) throws IOException {
        int from = lineOf(line, lineOf(line, 0) + 1);
        int found = 0;
        int wanted = 0;
        for (int place : places) {
            wanted += place >= 0 ? 1 : 0;
        }
        for (int place = 0; from < length && content[from] != '\n'; place++) {
            int to = endOfWord(from);
            for (int i = 0; i < places.length; i++) {
                if (places[i] == place) {
                    into[i] = number(from, to);
                    found++;
                }
            }
            from = afterSpaces(to, length);
        }
        if (found < wanted) {
            throw garbage("as many numbers as names after " + new String(line, StandardCharsets.US_ASCII));
        }
    }

    /** Where the first line that begins with {@code line} starts, at {@code from} or behind it; the end if nowhere. */
    private int lineOf(byte[] line, int from) {
        int start = from;
        while (start < length && !((start == 0 || content[start - 1] == '\n') && at(start, length, line))) {
            start++;
        }
        return start;
    }

    private int endOfWord(int from) {
        int to = from;
        while (to < length && !space(content[to])) {
            to++;
        }
        return to;
    }

    private boolean at(int start, int end, byte[] word) {
        if (start + word.length > end) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (content[start + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private int afterSpaces(int from, int end) {
        int to = from;
        while (to < end && content[to] == ' ') {
            to++;
        }
        return to;
    }

    private int endOfDigits(int from, int end) {
        int to = from;
        while (to < end && digit(content[to])) {
            to++;
        }
        return to;
    }

    private static boolean space(byte character) {
        return character >= 0 && character <= ' ';
    }

    private static boolean digit(byte character) {
        return character >= '0' && character <= '9';
    }

    private long number(int from, int to) throws IOException {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = content[i] - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                throw garbage("a number");
            }
            number = number * 10 + digit;
        }
        if (to <= from) {
            throw garbage("a number");
        }
        return number;
    }

    /** That the file does not say what it should. */
    IOException garbage(String expectation) {
        return new IOException(path + ": " + shown() + " (expected: " + expectation + ")");
    }

    private String shown() {
        StringBuilder shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(length, MOST_SHOWN); i++) {
            int character = content[i] & 0xff;
            shown.append(character >= ' ' && character < 0x7f ? (char) character : character == '\n' ? ' ' : '?');
        }
        String text = shown.toString().stripTrailing();
        return length == 0 ? "empty" : text + (length > MOST_SHOWN ? "...\"" : "\"");
    }

    /** Whether nothing was read but spaces. */
    boolean blank() {
        for (int i = 0; i < length; i++) {
            if (!space(content[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether what was read is {@code text}. */
    boolean says(byte[] text) {
        return Arrays.equals(content, 0, length, text, 0, text.length);
    }

    /** A copy of what was read. */
    byte[] copy() {
        return Arrays.copyOf(content, length);
    }

    /** What was read, as text. */
    String text() {
        return new String(content, 0, length, StandardCharsets.UTF_8);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException gone) {
            // Was only read: nothing is lost.
            length = 0;
        }
    }
}
