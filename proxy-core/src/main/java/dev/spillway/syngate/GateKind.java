package dev.spillway.syngate;

import java.util.Locale;

/** The means of keeping newcomers out, the cheapest first. */
public enum GateKind {
    /** A program on the listening socket drops SYNs. Recent kernels ask for CAP_NET_ADMIN. */
    KERNEL_FILTER,
    /** SYNs are steered to a socket whose queue is full. Needs no privilege. */
    SINKHOLE,
    /** Connections are not accepted, or accepted and reset: {@link AcceptGate}. Works anywhere. */
    ACCEPT;

    /** The word for it in the configuration, logs and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
