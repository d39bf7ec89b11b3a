package dev.spillway.bench.load;

import java.net.InetSocketAddress;

/**
 * Where a workload connects to: the backend itself, or a proxy's listeners in front of it.
 *
 * @param echo sends back what it gets, until the end of stream
 * @param source sends as fast as it is read
 * @param sink reads as fast as it can, and answers with the count
 */
public record Endpoints(InetSocketAddress echo, InetSocketAddress source, InetSocketAddress sink) {}
