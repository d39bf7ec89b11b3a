package dev.spillway.server.config;

import dev.spillway.transport.HostPort;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be said of addresses in a file without asking a name service. */
final class Addresses {
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)*[a-z_]([a-z0-9_-]{0,61}[a-z0-9])?\\.?"
                    + "|(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)*[0-9]+[a-z_-][a-z0-9_-]*\\.?");

    private static final String ADDRESS = "\"127.0.0.1:8080\", \"[::1]:8080\", \"name:8080\"";

    private Addresses() {}

    /** An address to listen at. */
    static Scalar.Reader<HostPort> toBind() {
        String expectation = "host:port, as " + ADDRESS + ", or \"*:8080\" for every address";
        return value -> hostPort(Scalar.text(expectation).read(value), expectation);
    }

    /** An address to connect to. */
    static Scalar.Reader<HostPort> toConnect() {
        String expectation = "host:port, as " + ADDRESS;
        return value -> {
            HostPort address = hostPort(Scalar.text(expectation).read(value), expectation);
            Scalar.fit(address, address.port() > 0, "a port in 1-65535 after the last colon");
            return Scalar.fit(address, !address.wildcard(), "one server's address, not every address");
        };
    }

    private static HostPort hostPort(String text, String expectation) throws Scalar.Unfit {
        HostPort address;
        try {
            address = HostPort.parse(text);
        } catch (IllegalArgumentException malformed) {
            boolean port = String.valueOf(malformed.getMessage()).contains("a port in");
            throw new Scalar.Unfit(port ? "a port in 0-65535 after the last colon" : expectation);
        }
        boolean host = address.wildcard()
                || (address.literal()
                        ? bytes(address.host()) != null
                        : HOST_NAME.matcher(address.host()).matches());
        return Scalar.fit(address, host, "a valid IPv4 or IPv6 address or a host name before the port");
    }

    /** Whether {@code address} can be reached from this machine only, as far as that is certain. */
    static boolean loopback(HostPort address) {
        byte[] literal = bytes(address.host());
        try {
            return address.host().equals("localhost")
                    || literal != null && InetAddress.getByAddress(literal).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + Arrays.toString(literal), impossible);
        }
    }

    /** Whether two sockets at these addresses would be in each other's way. Port 0 is never: it stands for any free one. */
    static boolean clash(HostPort one, HostPort other) {
        if (one.port() == 0 || one.port() != other.port()) {
            return false;
        }
        return covers(one, other) || covers(other, one) || hosts(one).stream().anyMatch(hosts(other)::contains);
    }

    /** A wildcard covers every address; that of IPv4 alone does not cover those of IPv6. */
    private static boolean covers(HostPort wildcard, HostPort other) {
        byte[] literal = bytes(other.host());
        boolean ofV6 = literal != null && literal.length > 4 && !other.wildcard();
        return wildcard.wildcard() && !(wildcard.host().equals("0.0.0.0") && ofV6);
    }

    /** The host in one spelling for each address it stands for. */
    private static List<String> hosts(HostPort address) {
        if (address.host().equals("localhost")) {
            return List.of(Arrays.toString(new byte[] {127, 0, 0, 1}), Arrays.toString(bytes("::1")));
        }
        byte[] literal = bytes(address.host());
        return List.of(literal == null ? address.host() : Arrays.toString(literal));
    }

    private static byte @Nullable [] bytes(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        boolean mapped = bytes != null
                && bytes.length == 16
                && Arrays.equals(bytes, 0, 12, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1}, 0, 12);
        return mapped && bytes != null ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }
}
