package dev.spillway.flood;

/**
 * What the kernel counts of connections that come in, in {@code TcpExt} of {@code /proc/net/netstat}: of all listening
 * sockets in the network namespace, whoever's they are, since it was made.
 */
public enum KernelCounter {
    /** SYNs answered with a cookie. */
    COOKIES_SENT("SyncookiesSent"),
    /** Cookies that came back and were right. */
    COOKIES_RECEIVED("SyncookiesRecv"),
    /** Segments to a listener that should have brought a cookie and brought none that is right. */
    COOKIES_FAILED("SyncookiesFailed"),
    /** SYNs and ACKs dropped because an accept queue was full; counted among the drops too. */
    LISTEN_OVERFLOWS("ListenOverflows"),
    /** SYNs and ACKs dropped for any reason but a filter: the accept queue, the SYN queue, want of memory. */
    LISTEN_DROPS("ListenDrops"),
    /** SYNs that found a SYN queue full and cookies on; with {@code tcp_syncookies} 2 every SYN. */
    QUEUE_FULL_COOKIES("TCPReqQFullDoCookies"),
    /** SYNs that found a SYN queue full and cookies off, and were dropped. */
    QUEUE_FULL_DROPS("TCPReqQFullDrop"),
    /** Connections reset before they were established: hosts that never sent the SYN in their name say so. */
    EMBRYONIC_RESETS("EmbryonicRsts"),
    /** SYNs and SYN-ACKs that were sent again; SYNs of this machine's own connections too. */
    SYN_RETRANSMITS("TCPSynRetrans");

    private final String kernelName;

    KernelCounter(String kernelName) {
        this.kernelName = kernelName;
    }

    /** What the kernel calls it. */
    public String kernelName() {
        return kernelName;
    }
}
