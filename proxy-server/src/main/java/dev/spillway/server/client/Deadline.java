package dev.spillway.server.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ends the reading of a socket at one moment, however slowly bytes trickle in until then. */
final class Deadline {
    private final Socket socket;
    private final long end;

    Deadline(Socket socket, Duration patience) {
        this.socket = socket;
        this.end = System.nanoTime() + patience.toNanos();
    }

    /** {@code in}, the socket's own, with every read ending at the deadline. */
    InputStream bounded(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                arm();
                return super.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                arm();
                return super.read(into, offset, length);
            }
        };
    }

    private void arm() throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("deadline");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
    }
}
