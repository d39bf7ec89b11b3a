package dev.spillway.server.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, one after the other, in whichever encoding it is: UTF-16 of either byte order or UTF-8, each with
 * or without its mark. A line longer than {@link #LONGEST} is cut; more than {@link #MOST_BYTES} are not read.
 */
final class RegistryLines {
    /** A value of which more than this were on one line would not be one of ours. Characters. */
    static final int LONGEST = 1 << 20;

    /** A whole SYSTEM hive exports to some tens of megabytes. */
    static final long MOST_BYTES = 64L << 20;

    private static final int BYTE = 0xFF;

    private final BufferedReader reader;
    private int number;
    private @Nullable String pushedBack;

    RegistryLines(InputStream bytes) throws IOException {
        PushbackInputStream start = new PushbackInputStream(new Bounded(bytes), 3);
        byte[] mark = start.readNBytes(3);
        Charset charset = charset(mark);
        int skipped = markLength(mark);
        start.unread(mark, skipped, mark.length - skipped);
        this.reader = new BufferedReader(new InputStreamReader(start, charset));
    }

    private static int markLength(byte[] start) {
        if (at(start, 0, 0xEF) && at(start, 1, 0xBB) && at(start, 2, 0xBF)) {
            return 3;
        }
        return at(start, 0, 0xFF) && at(start, 1, 0xFE) || at(start, 0, 0xFE) && at(start, 1, 0xFF) ? 2 : 0;
    }

    /** Without a mark the first letter tells: in UTF-16 one of its bytes is zero. */
    private static Charset charset(byte[] start) {
        if (at(start, 0, 0xFF) && at(start, 1, 0xFE) || start.length > 1 && start[0] != 0 && start[1] == 0) {
            return StandardCharsets.UTF_16LE;
        }
        boolean bigEndian = at(start, 0, 0xFE) && at(start, 1, 0xFF) || start.length > 1 && start[0] == 0;
        return bigEndian ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    private static boolean at(byte[] bytes, int index, int value) {
        return index < bytes.length && (bytes[index] & BYTE) == value;
    }

    /** The next line without its end; null after the last one. */
    @Nullable
    String next() throws IOException {
        if (pushedBack != null) {
            String line = pushedBack;
            pushedBack = null;
            number++;
            return line;
        }
        StringBuilder line = new StringBuilder();
        int c = reader.read();
        if (c < 0) {
            return null;
        }
        number++;
        while (c >= 0 && c != '\n' && c != '\r') {
            if (line.length() < LONGEST) {
                line.append((char) c);
            }
            c = reader.read();
        }
        if (c == '\r') {
            reader.mark(1);
            if (reader.read() != '\n') {
                reader.reset();
            }
        }
        return line.toString();
    }

    /** Takes the line that was handed out last back, to hand it out once more. */
    void pushBack(String line) {
        pushedBack = line;
        number--;
    }

    /** Number of the line that was handed out last, from 1. */
    int number() {
        return number;
    }

    /** Refuses to go on past {@link #MOST_BYTES}. */
    private static final class Bounded extends java.io.FilterInputStream {
        private long left = MOST_BYTES;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(read);
            return read;
        }

        private void count(int read) throws IOException {
            left -= Math.max(0, read);
            if (left < 0) {
                throw new IOException("larger than 64 MiB (expected: an export of the Tcpip and Tcpip6 keys alone)");
            }
        }
    }
}
