package dev.spillway.network;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Where the list of interfaces comes from. */
interface InterfaceList {
    /**
     * Reads it. Measured with the JDK's: 30 µs with 2 interfaces, 8 ms with 1000, 75 ms with 4000 (it grows with the square),
     * and with their state 22 µs, 11 ms and 55 ms more. Any thread.
     *
     * @param withState whether to ask which interfaces are up
     */
    List<LocalInterface> read(boolean withState) throws SocketException;

    /** The operating system's, as the JDK shows it. */
    static InterfaceList system() {
        return InterfaceList::readSystem;
    }

    private static List<LocalInterface> readSystem(boolean withState) throws SocketException {
        List<LocalInterface> all = new ArrayList<>();
        for (NetworkInterface each : networkInterfaces()) {
            List<LocalInterface.Assigned> addresses = new ArrayList<>();
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                addresses.add(new LocalInterface.Assigned(address.getAddress(), address.getNetworkPrefixLength()));
            }
            if (!addresses.isEmpty()) {
                all.add(new LocalInterface(each.getName(), each.getIndex(), !withState || up(each), addresses));
            }
        }
        return all;
    }

    private static List<NetworkInterface> networkInterfaces() throws SocketException {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces());
        } catch (SocketException failure) {
            // The JDK's way of saying that there are none.
            if ("No network interfaces configured".equals(failure.getMessage())) {
                return List.of();
            }
            throw failure;
        }
    }

    private static boolean up(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException vanished) {
            return false;
        }
    }
}
