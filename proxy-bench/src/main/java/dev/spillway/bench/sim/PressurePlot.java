package dev.spillway.bench.sim;

import dev.spillway.pressure.Watermarks;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** A run as a picture (SVG, written by hand): levels between their marks, the two rates, and who was closed; for two policies. */
public final class PressurePlot {
    /** What is drawn. */
    static final String SCENARIO = "zero-ramp";

    private static final int FROM = 12_000;
    private static final int TO = 22_000;
    private static final int WIDTH = 900;
    private static final int LEFT = 50;
    private static final int RIGHT = 20;
    private static final int LEVELS = 170;
    private static final int RATES = 40;
    private static final int CLOSES = 60;
    private static final int GAP = 14;
    private static final int PANEL = 36 + LEVELS + GAP + RATES + GAP + CLOSES + 30;
    private static final int LEGEND = 44;
    private static final int BIN = 200;

    private static final String LEDGER = "#0072b2";
    private static final String KERNEL = "#009e73";
    private static final String KILL = "#555555";
    private static final String SYN_DROP = "#cc79a7";
    private static final String HOSTILE = "#999999";
    private static final String HONEST = "#d55e00";

    private final StringBuilder svg = new StringBuilder();

    private PressurePlot() {}

    /** The picture of scenario {@value #SCENARIO}, first seed, under our choice and under chance. */
    public static String draw() {
        Scenario scenario = Scenarios.all().stream()
                .filter(each -> each.name().equals(SCENARIO))
                .findFirst()
                .orElseThrow();
        PressurePlot plot = new PressurePlot();
        int height = LEGEND + 2 * PANEL;
        plot.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH, height);
        plot.add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
        plot.legend();
        int top = LEGEND;
        for (Policy policy : List.of(Policy.OURS, Policy.RANDOM)) {
            Trace trace = new Trace(FROM, TO);
            Outcome outcome = Simulation.run(scenario, 1, policy, trace);
            String title = "%s: %s. %d closed, %d of them honest"
                    .formatted(policy.label(), scenario.title(), outcome.kills(), outcome.falseKills());
            plot.panel(top, title, trace.points());
            top += PANEL;
        }
        plot.add("</svg>");
        return plot.svg.toString();
    }

    private void legend() {
        String[][] entries = {
            {LEDGER, "ledger"},
            {KERNEL, "kernel TCP memory"},
            {KILL, "KillRate"},
            {SYN_DROP, "SynDropRate"},
            {HOSTILE, "hostile closed"},
            {HONEST, "honest closed"}
        };
        int x = LEFT;
        for (String[] entry : entries) {
            add("<rect x=\"%d\" y=\"14\" width=\"14\" height=\"10\" fill=\"%s\"/>", x, entry[0]);
            add("<text x=\"%d\" y=\"23\">%s</text>", x + 19, entry[1]);
            x += 40 + 8 * entry[1].length();
        }
    }

    private void panel(int top, String title, List<Trace.Point> points) {
        add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", LEFT, top + 20, title);
        int levels = top + 36;
        frame(levels, LEVELS, "level");
        Watermarks marks = Trace.marks();
        mark(levels, marks.low(), "low");
        mark(levels, marks.reentry(), "re-entry");
        mark(levels, marks.high(), "high");
        line(points, levels, LEVELS, LEDGER, Trace.Point::ledger);
        line(points, levels, LEVELS, KERNEL, Trace.Point::kernel);
        int rates = levels + LEVELS + GAP;
        frame(rates, RATES, "rates");
        line(points, rates, RATES, KILL, point -> point.rates().kill());
        line(points, rates, RATES, SYN_DROP, point -> point.rates().synDrop());
        int closes = rates + RATES + GAP;
        frame(closes, CLOSES, "closed");
        bars(points, closes);
        for (int at = FROM; at <= TO; at += 1000) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%d s</text>",
                    x(at), closes + CLOSES + 16, at / 1000);
        }
    }

    private void frame(int top, int height, String name) {
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#bbb\"/>",
                LEFT, top, WIDTH - LEFT - RIGHT, height);
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#444\">%s</text>", LEFT - 6, top + 12, name);
    }

    private void mark(int top, double level, String name) {
        double y = y(top, LEVELS, level);
        add(
                "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>",
                LEFT, y, WIDTH - RIGHT, y);
        add("<text x=\"%d\" y=\"%.1f\" font-size=\"10\" fill=\"#666\">%s</text>", LEFT + 4, y - 3, name);
    }

    private void line(
            List<Trace.Point> points, int top, int height, String colour, ToDoubleFunction<Trace.Point> value) {
        StringBuilder path = new StringBuilder();
        for (Trace.Point point : points) {
            path.append("%.1f,%.1f ".formatted(x(point.at()), y(top, height, Math.min(1, value.applyAsDouble(point)))));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
                path.toString().strip(), colour);
    }

    /** Closes of each fifth of a second; the scale is that of the highest bar there can be: a hundred. */
    private void bars(List<Trace.Point> points, int top) {
        double width = (double) (WIDTH - LEFT - RIGHT) * BIN / (TO - FROM);
        for (int at = FROM; at < TO; at += BIN) {
            int begin = at;
            long hostile = sum(points, begin, Trace.Point::hostile);
            long honest = sum(points, begin, Trace.Point::honest);
            double grey = height(hostile);
            double red = height(honest);
            bar(x(at), width, top + CLOSES - grey, grey, HOSTILE);
            bar(x(at), width, top + CLOSES - grey - red, red, HONEST);
        }
    }

    private static double height(long closes) {
        return Math.min(CLOSES / 2.0, closes * (CLOSES / 2.0) / 100);
    }

    private void bar(double x, double width, double y, double height, String colour) {
        if (height > 0) {
            add(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                    x, y, width - 1, height, colour);
        }
    }

    private static long sum(List<Trace.Point> points, int from, ToLongFunction<Trace.Point> value) {
        return points.stream()
                .filter(point -> point.at() >= from && point.at() < from + BIN)
                .mapToLong(value)
                .sum();
    }

    private static double x(long at) {
        return LEFT + (double) (WIDTH - LEFT - RIGHT) * (at - FROM) / (TO - FROM);
    }

    private static double y(int top, int height, double share) {
        return top + height * (1 - share);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
