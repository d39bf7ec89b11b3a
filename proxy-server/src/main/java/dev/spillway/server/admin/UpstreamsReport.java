package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.upstream.UpstreamView;
import java.util.List;

/** The pools of servers, as {@code /api/v1/upstreams} shows them. */
record UpstreamsReport(List<Upstream> upstreams) {
    record Upstream(String name, long connected, long failed, List<Server> servers) {
        static Upstream of(UpstreamView view) {
            return new Upstream(
                    view.name(),
                    view.connected(),
                    view.failed(),
                    view.servers().stream()
                            .map(server -> new Server(server.server(), server.address(), server.up()))
                            .toList());
        }
    }

    record Server(String server, String address, boolean up) {}

    static UpstreamsReport of(ProxyView proxy) {
        return new UpstreamsReport(proxy.upstreams().stream().map(Upstream::of).toList());
    }
}
