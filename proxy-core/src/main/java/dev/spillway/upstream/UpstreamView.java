package dev.spillway.upstream;

import java.util.List;

/**
 * One pool at one moment, for whoever watches.
 *
 * @param name as in the configuration
 * @param servers each address that a server's name stands for, in turn
 * @param connected connections made so far
 * @param failed attempts that failed so far
 */
public record UpstreamView(String name, List<ServerView> servers, long connected, long failed) {
    /**
     * One server.
     *
     * @param server as in the configuration
     * @param address as resolved, {@code unresolved} where it could not be
     * @param up false while it is passed over because it could not be connected
     */
    public record ServerView(String server, String address, boolean up) {}
}
