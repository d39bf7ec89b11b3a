package dev.spillway.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A picture under construction, on a white ground so that it can be read wherever it is shown; a name has one colour in all. */
final class Svg {
    /** Wide enough for a title, an axis and its labels. */
    static final int WIDTH = 900;

    /** Told apart also by those who see colours differently (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#000000");

    /** Of whoever is no contender: the control. */
    private static final String OTHER = "#999999";

    private static final int TITLE_CHARS = 56;
    private static final int CHAR_WIDTH = 6;

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> colours = new LinkedHashMap<>();

    /** An empty one of {@code height}, for contenders of {@code report}. */
    Svg(Report report, int height) {
        int number = 0;
        for (Report.Entrant entrant : report.contenders()) {
            colours.put(entrant.name(), COLOURS.get(number++ % COLOURS.size()));
        }
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
                WIDTH, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
    }

    /** Adds a line of it. */
    void add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    String colour(String contender) {
        return colours.getOrDefault(contender, OTHER);
    }

    /** Says what all of it is about, and from {@code x} on whose colour is whose. */
    void legend(String title, int x, Iterable<String> contenders) {
        add("<text x=\"10\" y=\"16\">%s</text>", escaped(title));
        int at = x;
        for (String contender : contenders) {
            add("<circle cx=\"%d\" cy=\"12\" r=\"4\" fill=\"%s\"/>", at, colour(contender));
            add("<text x=\"%d\" y=\"16\">%s</text>", at + 8, escaped(contender));
            at += 28 + CHAR_WIDTH * contender.length();
        }
    }

    /** A dot at the median, and what it stands for under the pointer. */
    void dot(double x, double y, String contender, String what) {
        add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"><title>%s %s</title></circle>",
                x, y, colour(contender), escaped(contender), escaped(what));
    }

    /** A line from the least to the greatest round. */
    void spread(double x1, double y1, double x2, double y2, String contender) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\" opacity=\"0.5\"/>",
                x1, y1, x2, y2, colour(contender));
    }

    /** What fits left of an axis. */
    static String shortened(String title) {
        return title.length() <= TITLE_CHARS ? title : title.substring(0, TITLE_CHARS - 1) + "…";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /** All of it; nothing can be added after. */
    String finished() {
        add("</svg>");
        return text.toString();
    }
}
