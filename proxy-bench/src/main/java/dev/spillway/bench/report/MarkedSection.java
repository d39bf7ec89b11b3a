package dev.spillway.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The part of a document that a run rewrites: what stands between two comment lines. The rest is a person's. A document has
 * one for each kind of run, told apart by its title.
 */
public final class MarkedSection {
    /** The title of the comparison's. */
    public static final String COMPARISON = "spillway-bench";

    /** The line before the section {@link #COMPARISON}. */
    public static final String BEGIN = "<!-- spillway-bench: begin; written by the run, changes here are lost -->";

    /** The line after it. */
    public static final String END = "<!-- spillway-bench: end -->";

    private final Path file;
    private final String title;

    private MarkedSection(Path file, String title) {
        this.file = file;
        this.title = title;
    }

    /**
     * The section {@link #COMPARISON} in {@code file}, as of a document with one section only.
     *
     * @throws IOException if the file cannot be read, or has not exactly one such section
     */
    public static MarkedSection in(Path file) throws IOException {
        return in(file, COMPARISON);
    }

    /**
     * The section {@code title} in {@code file}.
     *
     * @throws IOException if the file cannot be read, or has not exactly one such section
     */
    public static MarkedSection in(Path file, String title) throws IOException {
        replaced(Files.readString(file), title, "", file.toString());
        return new MarkedSection(file, title);
    }

    /** The line before the section {@code title}. */
    static String begin(String title) {
        return "<!-- " + title + ": begin; written by the run, changes here are lost -->";
    }

    /** The line after it. */
    static String end(String title) {
        return "<!-- " + title + ": end -->";
    }

    /** Puts {@code text} in its place; the file is replaced as a whole or not at all. */
    public void write(String text) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(written, replaced(Files.readString(file), title, text, file.toString()));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** {@code document}, named {@code name} in errors, with {@code text} between the markers of {@code title}. */
    static String replaced(String document, String title, String text, String name) throws IOException {
        String beginMark = begin(title);
        String endMark = end(title);
        int begin = document.indexOf(beginMark);
        int end = document.indexOf(endMark);
        boolean once = begin >= 0
                && end > begin
                && document.indexOf(beginMark, begin + 1) < 0
                && document.indexOf(endMark, end + 1) < 0;
        if (!once) {
            throw new IOException(name + ": no section to write to (expected: one line '" + beginMark
                    + "' and after it one '" + endMark + "')");
        }
        return document.substring(0, begin + beginMark.length())
                + "\n\n"
                + text.strip()
                + "\n\n"
                + document.substring(end);
    }
}
