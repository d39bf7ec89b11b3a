package dev.spillway.signal;

import java.io.IOException;

/** What one control group has used of something, and may use. */
interface Account extends AutoCloseable {
    /** As many bytes as this are as good as no limit: version 1 writes the largest number there is, less a rest of a page. */
    long NO_LIMIT = 1L << 62;

    /** Reads what is used now. */
    void read() throws IOException;

    /** Bytes in use, as last read. */
    long used();

    /** Bytes there are, positive; {@link #NO_LIMIT} or more if there is no limit. */
    long limit();

    /** Reads the limit again. */
    void renew() throws IOException;

    @Override
    void close();
}
