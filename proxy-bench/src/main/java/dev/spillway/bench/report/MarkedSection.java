package dev.spillway.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The part of a document that a run rewrites: what stands between two comment lines. The rest is a person's. */
public final class MarkedSection {
    /** The line before it. */
    public static final String BEGIN = "<!-- spillway-bench: begin; written by the run, changes here are lost -->";

    /** The line after it. */
    public static final String END = "<!-- spillway-bench: end -->";

    private final Path file;

    private MarkedSection(Path file) {
        this.file = file;
    }

    /**
     * The section in {@code file}.
     *
     * @throws IOException if the file cannot be read, or has not exactly one such section
     */
    public static MarkedSection in(Path file) throws IOException {
        replaced(Files.readString(file), "", file.toString());
        return new MarkedSection(file);
    }

    /** Puts {@code text} in its place; the file is replaced as a whole or not at all. */
    public void write(String text) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(written, replaced(Files.readString(file), text, file.toString()));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** {@code document}, named {@code name} in errors, with {@code text} between the markers. */
    static String replaced(String document, String text, String name) throws IOException {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        boolean once = begin >= 0
                && end > begin
                && document.indexOf(BEGIN, begin + 1) < 0
                && document.indexOf(END, end + 1) < 0;
        if (!once) {
            throw new IOException(name + ": no section to write to (expected: one line '" + BEGIN
                    + "' and after it one '" + END + "')");
        }
        return document.substring(0, begin + BEGIN.length()) + "\n\n" + text.strip() + "\n\n" + document.substring(end);
    }
}
