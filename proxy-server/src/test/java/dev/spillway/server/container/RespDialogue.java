package dev.spillway.server.container;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A pipelined redis client: commands go out without waiting for replies, which are read at the same time, as they come.
 * The commands follow from a seed and start from an empty database, so that two dialogues must be answered alike.
 */
final class RespDialogue {
    /** Redis's own answer to the last command; no random value holds it. */
    private static final String LAST = "-- that was all --";

    private final long seed;
    private final int commands;

    RespDialogue(long seed, int commands) {
        this.seed = seed;
        this.commands = commands;
    }

    /** Holds the dialogue on a connection and returns every byte of redis's replies. */
    byte[] on(Socket socket) throws IOException {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(socket));
        byte[] replies = receive(socket.getInputStream());
        sending.join();
        return replies;
    }

    private void send(Socket socket) {
        Random random = new Random(seed);
        try {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            command(out, bytes("FLUSHALL"));
            for (int i = 0; i < commands; i++) {
                byte[] key = bytes("key:" + random.nextInt(500));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        byte[] value = new byte[random.nextInt(4096)];
                        random.nextBytes(value);
                        command(out, bytes("SET"), key, value);
                    }
                    case 2 -> command(out, bytes("MGET"), key, bytes("key:" + random.nextInt(500)), bytes("none"));
                    case 3 -> command(out, bytes("INCR"), bytes("counter"));
                    default -> command(out, bytes("GET"), key);
                }
            }
            command(out, bytes("ECHO"), bytes(LAST));
            out.flush();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void command(OutputStream out, byte[]... words) throws IOException {
        out.write(bytes("*" + words.length + "\r\n"));
        for (byte[] word : words) {
            out.write(bytes("$" + word.length + "\r\n"));
            out.write(word);
            out.write(bytes("\r\n"));
        }
    }

    private static byte[] receive(InputStream in) throws IOException {
        byte[] end = bytes("$" + LAST.length() + "\r\n" + LAST + "\r\n");
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        byte[] tail = new byte[0];
        while (!endsWith(tail, end)) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new IOException("the connection ended after " + replies.size() + " bytes of replies");
            }
            replies.write(buffer, 0, read);
            byte[] longer = java.util.Arrays.copyOf(tail, tail.length + read);
            System.arraycopy(buffer, 0, longer, tail.length, read);
            tail = java.util.Arrays.copyOfRange(longer, Math.max(0, longer.length - end.length), longer.length);
        }
        return replies.toByteArray();
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        return bytes.length >= end.length
                && java.util.Arrays.equals(bytes, bytes.length - end.length, bytes.length, end, 0, end.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
