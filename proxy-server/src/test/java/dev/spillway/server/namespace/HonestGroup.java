package dev.spillway.server.namespace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Well-behaved clients, on a thread each: they ask the demo's upstream for a few bytes at a fixed pace and check the answer.
 * Some keep one connection for all exchanges, the others make a new one for each.
 */
final class HonestGroup implements Group {
    private static final Duration PACE = Duration.ofMillis(40);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final InetAddress from;
    private final InetSocketAddress to;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong fresh = new AtomicLong();
    private final AtomicLong reset = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();

    /**
     * Begins at once.
     *
     * @param keeping clients that keep their connection
     * @param fleeting clients that make a new one for each exchange
     */
    HonestGroup(String name, InetAddress from, InetSocketAddress to, int keeping, int fleeting) {
        this.name = name;
        this.from = from;
        this.to = to;
        for (int i = 0; i < keeping + fleeting; i++) {
            boolean keeps = i < keeping;
            String token = name + "-" + i;
            threads.add(new Thread(() -> run(keeps, token), "honest-" + token));
        }
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void run(boolean keeps, String token) {
        while (stopped.getCount() > 0) {
            try (Socket socket = connect()) {
                do {
                    exchange(socket, token);
                    (keeps ? kept : fresh).incrementAndGet();
                } while (!pause() && keeps);
            } catch (SocketTimeoutException e) {
                timedOut.incrementAndGet();
                pause();
            } catch (ConnectRefused e) {
                refused.incrementAndGet();
                pause();
            } catch (IOException e) {
                reset.incrementAndGet();
                pause();
            }
        }
    }

    /** Whether this was the end. */
    private boolean pause() {
        try {
            return stopped.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static final class ConnectRefused extends IOException {
        private static final long serialVersionUID = 1;

        ConnectRefused(IOException cause) {
            super(cause);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(to, (int) PATIENCE.toMillis());
            return socket;
        } catch (SocketTimeoutException e) {
            socket.close();
            throw e;
        } catch (IOException e) {
            socket.close();
            throw new ConnectRefused(e);
        }
    }

    private static void exchange(Socket socket, String token) throws IOException {
        String request = "GET /echo?" + token + " HTTP/1.1\r\nHost: " + token + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        byte[] bytes = new byte[1024];
        String end = "\r\n\r\n" + token;
        while (answer.indexOf(end) < 0) {
            int count = in.read(bytes);
            if (count < 0) {
                throw new EOFException("ended after: " + answer);
            }
            answer.append(new String(bytes, 0, count, StandardCharsets.US_ASCII));
            if (answer.length() > bytes.length) {
                throw new IOException("not the answer to " + token + ": " + answer);
            }
        }
    }

    @Override
    public String counts() {
        return "kept=" + kept + " fresh=" + fresh + " reset=" + reset + " refused=" + refused + " timedOut=" + timedOut;
    }

    @Override
    public void close() {
        stopped.countDown();
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
