package dev.spillway.server.demo;

import dev.spillway.server.events.Event;

/** Words around the lines of the attack. */
final class AttackText {
    private static final int WIDTH = 100;
    private static final String MARGIN = "        ";

    private AttackText() {}

    static String opening(HostileCrowd.Plan plan, LoopbackSources sources, Palette palette) {
        String from = sources.spread()
                ? "each from an address of its own in 127.0.0.0/8"
                : "all from 127.0.0.1, since this system lends out no other loopback address";
        return """
                %s
                  Honest clients work on all three listeners at a fixed pace. After seven seconds %,d hostile ones come to the
                  public listener, %s:
                  %,d ask for %,d MiB and never read it, %,d connect and say nothing. Each one that is reset comes back,
                  up to %,d connects a second, for %,d s. Pressure is the worst signal's; the stroke in its bar is the high mark.""".formatted(
                        palette.bold("Attack"),
                        plan.size(),
                        from,
                        plan.zeroWindow(),
                        plan.wantedBytes() >> 20,
                        plan.silent(),
                        plan.connectsPerSecond(),
                        plan.duration().toSeconds());
    }

    /** An event between two lines of figures. */
    static String note(Event event, Palette palette) {
        StringBuilder text = new StringBuilder();
        StringBuilder line =
                new StringBuilder("event ").append(event.id().number()).append(':');
        for (String word : event.message().split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(MARGIN).append(line).append('\n');
                line.setLength(0);
                line.append("  ").append(word);
            } else {
                line.append(' ').append(word);
            }
        }
        return palette.cyan(text.append(MARGIN).append(line).toString());
    }
}
