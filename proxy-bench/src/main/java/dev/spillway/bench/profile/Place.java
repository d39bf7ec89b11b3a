package dev.spillway.bench.profile;

import dev.spillway.bench.profile.Stack.Frame;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose doing a sample is; the order is that of the rows. Threads beside the event loops count as a whole, with what the kernel
 * does for them. Of an event loop, or of a proxy without a JVM, a sample in the kernel counts for the system call it was made by,
 * whatever the kernel did meanwhile (see {@link KernelWork}), and any other for the code that ran. Compiled Java counts for the
 * method that was compiled: what it has inlined, as a getter of another room, counts as its own.
 */
enum Place {
    RECEIVE("kernel: receive"),
    SEND("kernel: send"),
    SPLICE("kernel: splice, pipes"),
    WAIT("kernel: epoll"),
    CONNECT("kernel: socket, connect"),
    ACCEPT("kernel: accept"),
    CLOSE("kernel: shutdown, close"),
    OPTIONS("kernel: socket options, queue lengths, names"),
    OTHER_CALL("kernel: other system calls"),
    INTERRUPT("kernel: entry, interrupts, scheduling"),
    RELAY("relay, listener"),
    ROOMS("Spillway's other rooms"),
    NETTY("Netty, Java and native"),
    JDK("JDK's own Java"),
    STUBS("interpreter, stubs, code that was discarded"),
    JVM("JVM, native"),
    LIBRARY("C library"),
    PROGRAM("the program itself, where it is none of these"),
    COMPILERS("threads: compilers"),
    COLLECTOR("threads: collector and the JVM's others"),
    ASIDE("threads: controller and Spillway's others");

    private static final Pattern CALL = Pattern.compile("__(?:x64|arm64|se|do)_sys_(\\w+)");
    private static final Pattern METHOD = Pattern.compile("([\\w$./]+)\\(");
    private static final Pattern LAMBDA = Pattern.compile("/0x.*");
    private static final String EVENT_LOOP = "spillway-relay";

    private final String title;

    Place(String title) {
        this.title = title;
    }

    /** What a reader sees. */
    String title() {
        return title;
    }

    /** Whether the kernel was at work for an event loop. */
    boolean isKernel() {
        return compareTo(INTERRUPT) <= 0;
    }

    /** The one row that {@code stack} counts in. */
    static Place of(Stack stack) {
        return besideEventLoops(stack.thread()).orElseGet(() -> {
            Frame leaf = stack.leaf();
            return leaf.kernel() ? inKernel(stack) : outside(leaf);
        });
    }

    private static Optional<Place> besideEventLoops(String thread) {
        if (thread.startsWith("C1 ") || thread.startsWith("C2 ") || thread.startsWith("Sweeper")) {
            return Optional.of(COMPILERS);
        }
        if (thread.startsWith("VM ")
                || thread.startsWith("GC ")
                || thread.startsWith("G1 ")
                || thread.equals("Attach Listener")
                || thread.equals("Signal Dispatch")
                || thread.equals("Reference Handl")
                || thread.equals("Finalizer")
                || thread.startsWith("Common-Cleaner")) {
            return Optional.of(COLLECTOR);
        }
        boolean aside = thread.startsWith("spillway-") && !thread.startsWith(EVENT_LOOP);
        return aside ? Optional.of(ASIDE) : Optional.empty();
    }

    private static Place inKernel(Stack stack) {
        String call = "";
        for (Frame frame : stack.frames()) {
            if (!frame.kernel()) {
                break;
            }
            String symbol = frame.symbol();
            if (symbol.startsWith("asm_")) {
                return INTERRUPT;
            }
            // The kernel lets go of what was closed on its way out, after the call itself.
            if (symbol.equals("____fput") || symbol.equals("__fput")) {
                return CLOSE;
            }
            Matcher matcher = CALL.matcher(symbol);
            if (matcher.matches()) {
                call = matcher.group(1);
            }
        }
        return byCall(call);
    }

    private static Place byCall(String call) {
        return switch (call) {
            case "recvfrom", "recvmsg", "read", "readv" -> RECEIVE;
            case "sendto", "sendmsg", "write", "writev" -> SEND;
            case "splice", "pipe", "pipe2", "fcntl" -> SPLICE;
            case "epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_ctl" -> WAIT;
            case "socket", "connect", "bind" -> CONNECT;
            case "accept", "accept4" -> ACCEPT;
            case "close", "shutdown" -> CLOSE;
            case "setsockopt", "getsockopt", "ioctl", "getsockname", "getpeername" -> OPTIONS;
            case "" -> INTERRUPT;
            default -> OTHER_CALL;
        };
    }

    private static Place outside(Frame leaf) {
        String file = leaf.object().substring(leaf.object().lastIndexOf('/') + 1);
        if (file.startsWith("perf-") && file.endsWith(".map")) {
            return ofClass(leaf.symbol());
        }
        if (file.startsWith("libnetty")) {
            return NETTY;
        }
        if (file.startsWith("libjvm.") || file.startsWith("libjava.") || file.startsWith("libnio.")) {
            return JVM;
        }
        if (file.startsWith("libc.") || file.startsWith("libc-") || file.startsWith("ld-") || file.equals("[vdso]")) {
            return LIBRARY;
        }
        return file.isEmpty() || file.startsWith("[") || file.startsWith("//anon") ? STUBS : PROGRAM;
    }

    /** By {@code int java.lang.String.hashCode()}; what is no method is a stub. */
    private static Place ofClass(String symbol) {
        Matcher method = METHOD.matcher(LAMBDA.matcher(symbol).replaceAll("("));
        if (!method.find()) {
            return STUBS;
        }
        String name = method.group(1);
        if (name.startsWith("dev.spillway.relay.") || name.startsWith("dev.spillway.listener.")) {
            return RELAY;
        }
        if (name.startsWith("dev.spillway.")) {
            return ROOMS;
        }
        if (name.startsWith("io.netty.")) {
            return NETTY;
        }
        return name.contains(".") ? JDK : STUBS;
    }
}
