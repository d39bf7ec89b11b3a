package dev.spillway.server.namespace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process of honest clients: new connections for some seconds, each with a byte and its echo, which must come within five
 * seconds of the first SYN. Prints how many there were, how many came about, and how many of these within a second.
 */
final class FloodNewcomers {
    private static final int CLIENTS = 16;
    private static final long LIMIT_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 20;

    private FloodNewcomers() {}

    /** @param args the address of the proxy, and for how many seconds connections begin */
    public static void main(String[] args) throws Exception {
        InetSocketAddress proxy = new InetSocketAddress(args[0], FloodTarget.PORT);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[1]));
        AtomicInteger tried = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger soon = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> {
                while (System.nanoTime() - until < 0) {
                    tried.incrementAndGet();
                    long millis = exchange(proxy);
                    done.addAndGet(millis >= 0 ? 1 : 0);
                    soon.addAndGet(millis >= 0 && millis < 900 ? 1 : 0);
                }
            });
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
        System.out.println(tried + " " + done + " " + soon);
    }

    /** How many milliseconds it took; -1 if it failed. */
    private static long exchange(InetSocketAddress proxy) {
        long began = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0);
            socket.connect(proxy, (int) LIMIT_MILLIS);
            long left = LIMIT_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            socket.setSoTimeout((int) Math.max(1, left));
            socket.getOutputStream().write(42);
            if (socket.getInputStream().read() != 42) {
                return -1;
            }
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return took;
        } catch (IOException failed) {
            return -1;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
