package dev.spillway.transport;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * A pipe of the kernel, through which {@code splice} moves bytes between two sockets. Both ends never block. Owned by whoever
 * took it from its {@link Pipes}.
 */
public final class Pipe {
    private final FileDescriptor exit;
    private final FileDescriptor entry;

    private Pipe(FileDescriptor exit, FileDescriptor entry) {
        this.exit = exit;
        this.entry = entry;
    }

    static Pipe open() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        return new Pipe(ends[0], ends[1]);
    }

    int exit() {
        return exit.intValue();
    }

    int entry() {
        return entry.intValue();
    }

    /**
     * Reads what is in it to the native memory at {@code address}, from its byte {@code from} to {@code to} at the most.
     *
     * @return how many bytes, 1 or more
     * @throws IOException if there are none
     */
    public int read(long address, int from, int to) throws IOException {
        int bytes = exit.readAddress(address, from, to);
        if (bytes <= 0) {
            throw new IOException("a pipe holds less than it was given: nothing is left, and " + (to - from)
                    + " bytes were expected");
        }
        return bytes;
    }

    void close() {
        close(exit);
        close(entry);
    }

    private static void close(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException told) {
            Pipes.told(told);
        }
    }
}
