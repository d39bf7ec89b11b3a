package dev.spillway.network;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A list of interfaces as a test wants it; any thread. */
final class Lists implements InterfaceList {
    private final AtomicInteger reads = new AtomicInteger();
    private volatile List<LocalInterface> now;
    private volatile boolean broken;
    private volatile Runnable whileReading = () -> {};

    Lists(LocalInterface... now) {
        this.now = List.of(now);
    }

    /** An interface that is up, with addresses as {@code "198.18.0.1/24"}. */
    static LocalInterface of(String name, int index, String... addresses) {
        List<LocalInterface.Assigned> all = new ArrayList<>();
        for (String each : addresses) {
            String[] parts = each.split("/", -1);
            all.add(new LocalInterface.Assigned(address(parts[0]), Integer.parseInt(parts[1])));
        }
        return new LocalInterface(name, index, true, all);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(literal, impossible);
        }
    }

    void are(LocalInterface... interfaces) {
        now = List.of(interfaces);
    }

    void broken(boolean isBroken) {
        broken = isBroken;
    }

    void whileReading(Runnable task) {
        whileReading = task;
    }

    int reads() {
        return reads.get();
    }

    @Override
    public List<LocalInterface> read(boolean withState) throws SocketException {
        reads.incrementAndGet();
        List<LocalInterface> result = now;
        whileReading.run();
        if (broken) {
            throw new SocketException("no descriptor for it");
        }
        return withState
                ? result
                : result.stream().map(each -> each.withState(true)).toList();
    }

    static String loopbackName() throws SocketException {
        return NetworkInterface.getByInetAddress(address("127.0.0.1")).getName();
    }
}
