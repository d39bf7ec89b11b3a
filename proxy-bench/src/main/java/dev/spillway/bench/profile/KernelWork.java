package dev.spillway.bench.profile;

import dev.spillway.bench.profile.Stack.Frame;
import java.util.regex.Pattern;

/**
 * What the kernel did in a sample, whichever call it was made by. A send over loopback carries its packet through to the
 * receiver's socket and wakes the receiver, and whoever sends pays; so this splits what {@link Place} counts as one call. The
 * innermost function that says what it is for decides.
 */
enum KernelWork {
    FIREWALL("firewall, connection tracking", "nf_.*|ipt_.*|nft_.*|__nf_.*"),
    WAKING(
            "waking the peers",
            "sock_def_readable|sock_def_write_space|sk_stream_write_space|__wake_up.*|try_to_wake_up|ep_poll_callback"),
    TIMERS(
            "timers",
            "hrtimer_.*|__hrtimer_.*|.*mod_timer|sk_reset_timer|tcp_pace.*|run_timer_softirq|tcp_tasklet.*|tcp_tsq.*"),
    COPYING(
            "copying",
            "_?copy_(to|from)_(iter|user).*|copy_user_.*|rep_movs.*|_copy_.*|skb_copy_datagram.*|__skb_datagram_iter|simple_copy_to_iter"),
    SPLICING(
            "splicing",
            "splice_.*|__splice.*|do_splice.*|iter_to_pipe|add_to_pipe|skb_splice.*|__skb_splice.*|sock_spd_.*|spd_.*|pipe_.*"
                    + "|tcp_splice.*|free_pipe.*|page_cache_pipe.*|sock_pipe.*"),
    INPUT(
            "TCP input, on loopback the peer's too",
            "tcp_v[46]_rcv|tcp_v[46]_do_rcv|tcp_rcv_.*|tcp_ack|tcp_data_.*|process_backlog|__netif_receive.*|ip_rcv.*|ip_local_.*"
                    + "|__release_sock|net_rx_action"),
    OUTPUT(
            "TCP and IP output",
            "tcp_sendmsg.*|tcp_write_xmit|__tcp_transmit_skb|__tcp_push.*|tcp_push.*|__ip_queue_xmit|ip_output|ip_finish_.*|__dev_queue_xmit"
                    + "|dev_hard_start_xmit|loopback_xmit|tcp_send_.*|__tcp_send_ack.*|do_tcp_sendpages|tcp_stream_alloc_skb"),
    TAKING("taking what was received", "tcp_recvmsg.*|tcp_read_sock.*|tcp_rcv_space_adjust|tcp_cleanup_rbuf"),
    POLLING("epoll", "ep_.*|do_epoll.*|sock_poll|tcp_poll"),
    REST("the rest: entry, descriptors, opening, closing", "");

    private final String title;
    private final Pattern symbols;

    KernelWork(String title, String symbols) {
        this.title = title;
        this.symbols = Pattern.compile(symbols);
    }

    /** What a reader sees. */
    String title() {
        return title;
    }

    /** What the kernel was at in {@code stack}, whose innermost function is the kernel's. */
    static KernelWork of(Stack stack) {
        for (Frame frame : stack.frames()) {
            if (!frame.kernel()) {
                return REST;
            }
            for (KernelWork work : values()) {
                if (work != REST && work.symbols.matcher(frame.symbol()).matches()) {
                    return work;
                }
            }
        }
        return REST;
    }
}
