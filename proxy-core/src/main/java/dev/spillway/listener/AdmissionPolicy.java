package dev.spillway.listener;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.ConnectionLimits;
import java.net.InetAddress;

/**
 * What admission goes by.
 *
 * @param limits how many connections there may be
 * @param pausing whether newcomers that are kept out wait in the kernel's queue, or are accepted and reset
 * @param sourcePrefixV4 bits of an IPv4 client address that make a source group, 0–32
 * @param sourcePrefixV6 bits of an IPv6 client address that make a source group, 0–128
 */
public record AdmissionPolicy(ConnectionLimits limits, boolean pausing, int sourcePrefixV4, int sourcePrefixV6) {
    /** Whom a client at {@code address} counts as. */
    SourceGroup source(InetAddress address) {
        return SourceGroup.of(address, sourcePrefixV4, sourcePrefixV6);
    }
}
