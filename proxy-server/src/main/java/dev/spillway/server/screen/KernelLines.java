package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says of connections that come in, below {@code show listeners}. */
final class KernelLines {
    private KernelLines() {}

    /** The lines for {@code kernel} of a body of {@code /api/v1/listeners}; none if the other end does not say. */
    static List<String> of(Node kernel) {
        List<String> lines = new ArrayList<>();
        if (!kernel.has("counters")) {
            return lines;
        }
        lines.add("");
        lines.add("In this network namespace, since it was made, whoever listens:");
        Node counters = kernel.node("counters");
        if (kernel.has("unavailable")) {
            lines.add("Counters       : not to be had: " + kernel.orDash("unavailable"));
        } else {
            lines.add("SYN cookies    : " + cookies(kernel) + "; " + counters.orDash("SyncookiesSent") + " sent, "
                    + counters.orDash("SyncookiesRecv") + " came back, " + counters.orDash("SyncookiesFailed")
                    + " wrong");
            lines.add("Dropped        : " + counters.orDash("ListenDrops") + " SYNs and ACKs, "
                    + counters.orDash("ListenOverflows") + " of them by full accept queues, "
                    + counters.orDash("TCPReqQFullDrop") + " by full SYN queues");
        }
        flood(kernel, lines);
        for (Node warning : kernel.nodes("warnings")) {
            lines.add("WARNING        : " + warning.orDash("setting") + " is " + warning.orDash("value") + ": "
                    + warning.orDash("problem"));
            lines.add("                 mend it with: " + warning.orDash("mend"));
        }
        return lines;
    }

    private static String cookies(Node kernel) {
        return switch ((int) kernel.number("synCookies")) {
            case 0 -> "off";
            case 1 -> "on";
            case 2 -> "always";
            default -> "not known whether on";
        };
    }

    private static void flood(Node kernel, List<String> lines) {
        if (kernel.has("flood")) {
            Node flood = kernel.node("flood");
            lines.add("SYN FLOOD      : for " + Amount.millis(flood.number("durationMillis")) + ", "
                    + flood.orDash("perSecond") + " a second now, " + flood.orDash("peakPerSecond") + " at its peak, "
                    + flood.orDash("total") + " so far"
                    + flood.text("listener")
                            .map(name -> ", most drops at " + name)
                            .orElse(", no drops at these listeners"));
        }
    }
}
