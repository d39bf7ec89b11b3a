package dev.spillway.server.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The text that {@code regedit} version 5 writes: a header, keys in brackets, values below them, comments, lines that go
 * on after a backslash, texts that go on over several lines. Values that nobody asks for are passed over unread.
 */
final class RegistryText {
    private static final String HEADER = "Windows Registry Editor Version 5.00";
    private static final String OLD_HEADER = "REGEDIT4";

    private final RegistryLines lines;
    private final Reader reader;
    private final Findings problems;

    /** Who is told of what is found. */
    interface Reader {
        /** The keys and values that follow are in {@code path}; null if it can't be said where they are. */
        void key(@Nullable String path);

        /** {@code path} and all below it is deleted. */
        void deletedKey(String path);

        /** Whether the data of a value of that name in the key told last matter; if not they are not read. */
        boolean wants(String name, int line);

        /** A value that was wanted. */
        void value(String name, Data data, int line);
    }

    private RegistryText(RegistryLines lines, Reader reader, Findings problems) {
        this.lines = lines;
        this.reader = reader;
        this.problems = problems;
    }

    /** Reads all of {@code lines}; what is not of the form is told in {@code problems}. */
    static void read(RegistryLines lines, Reader reader, Findings problems) throws IOException {
        new RegistryText(lines, reader, problems).read();
    }

    private void read() throws IOException {
        if (!header()) {
            return;
        }
        for (String line = lines.next(); line != null; line = lines.next()) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith(";")) {
                continue;
            }
            if (text.startsWith("[")) {
                key(text);
            } else {
                value(text);
            }
        }
    }

    private boolean header() throws IOException {
        String line = lines.next();
        while (line != null && line.isBlank()) {
            line = lines.next();
        }
        String found = line == null ? "" : line.strip();
        if (found.equalsIgnoreCase(HEADER)) {
            return true;
        }
        String expected = " (expected: \"" + HEADER + "\" as the first line"
                + (found.equalsIgnoreCase(OLD_HEADER)
                        ? "; export it anew, as \"Registration Files\" and not as \"Win9x/NT4\""
                        : ", in UTF-16 or UTF-8")
                + ")";
        problems.add(lines.number(), (found.isEmpty() ? "empty" : "\"" + Finding.shown(found) + "\"") + expected);
        return false;
    }

    private void key(String text) {
        int end = text.lastIndexOf(']');
        String after = end < 0 ? "" : text.substring(end + 1).strip();
        if (end < 0 || !after.isEmpty() && !after.startsWith(";")) {
            malformed(text, "a key in brackets, as [HKEY_LOCAL_MACHINE\\SYSTEM\\...]");
            reader.key(null);
            return;
        }
        String path = text.substring(1, end);
        if (path.startsWith("-")) {
            reader.deletedKey(path.substring(1).strip());
            reader.key(null);
        } else {
            reader.key(path.strip());
        }
    }

    private void value(String text) throws IOException {
        int line = lines.number();
        boolean byDefault = text.startsWith("@");
        int end = byDefault ? 0 : text.startsWith("\"") ? Data.closingQuote(text, 0) : -1;
        String rest = end < 0 ? "" : text.substring(end + 1).stripLeading();
        if (end < 0 || !rest.startsWith("=")) {
            malformed(text, "\"name\"=data, @=data, a key in brackets or a comment");
            return;
        }
        String name = byDefault ? "" : Data.unescaped(text.substring(1, end));
        boolean wanted = !byDefault && reader.wants(name, line);
        String data = rest.substring(1).strip();
        if (data.startsWith("\"")) {
            data = textData(data, line, wanted);
        } else {
            data = continued(data, wanted);
        }
        if (wanted) {
            reader.value(name, Data.parse(data), line);
        }
    }

    /** A text may have line ends in it. A key in brackets ends one that was never closed: else it would hide the rest. */
    private String textData(String start, int line, boolean wanted) throws IOException {
        StringBuilder data = new StringBuilder(start);
        String piece = start;
        int from = 0;
        while (Data.closingQuote(piece, from) < 0) {
            String next = lines.next();
            if (next == null || next.startsWith("[HKEY") || next.startsWith("[-HKEY")) {
                problems.add(line, "text without a closing quote (expected: \"name\"=\"text\")");
                if (next != null) {
                    lines.pushBack(next);
                }
                return "";
            }
            if (wanted && data.length() < Data.LONGEST) {
                data.append('\n').append(next);
            }
            // An escape never spans a line end, so each line can be searched by itself.
            piece = next;
            from = -1;
        }
        return data.toString();
    }

    private String continued(String start, boolean wanted) throws IOException {
        StringBuilder data = new StringBuilder();
        String piece = start;
        while (piece.endsWith("\\")) {
            append(data, piece.substring(0, piece.length() - 1), wanted);
            String next = lines.next();
            if (next == null) {
                return data + "\\";
            }
            if (next.startsWith("[HKEY") || next.startsWith("[-HKEY")) {
                lines.pushBack(next);
                return data + "\\";
            }
            piece = next.strip();
        }
        append(data, piece, wanted);
        return data.toString();
    }

    private static void append(StringBuilder data, String piece, boolean wanted) {
        if (wanted && data.length() <= Data.LONGEST) {
            data.append(piece);
        }
    }

    private void malformed(String text, String expected) {
        problems.add(lines.number(), "\"" + Finding.shown(text) + "\" (expected: " + expected + ")");
    }
}
