package dev.spillway.bench.sim;

import dev.spillway.connection.SourceGroup;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where the clients of a population come from.
 *
 * @param addresses how many addresses they share evenly; 0 gives each its own
 */
record Sources(int addresses) {
    static final Sources EACH_ITS_OWN = new Sources(0);
    static final Sources ONE = new Sources(1);

    static Sources shared(int addresses) {
        return new Sources(addresses);
    }

    /** The source of client {@code index} of the population numbered {@code population}. */
    SourceGroup of(int population, int index) {
        int address = addresses == 0 ? index : index % addresses;
        byte[] bytes = {10, (byte) population, (byte) (address >> 8), (byte) address};
        try {
            return SourceGroup.of(InetAddress.getByAddress(bytes), 32, 64);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of four bytes", impossible);
        }
    }
}
