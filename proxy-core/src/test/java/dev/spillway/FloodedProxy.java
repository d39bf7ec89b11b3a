package dev.spillway;

import dev.spillway.control.ControlEvent;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.flood.FloodEvent.Ended;
import dev.spillway.flood.FloodEvent.Started;
import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.TransportKind;

/**
 * A program: a proxy at port 8080 with a listener that has room for few, which writes each beginning and end of a flood in a
 * line, until its standard input ends.
 */
final class FloodedProxy {
    static final int PORT = 8080;
    static final int BACKLOG = 16;

    private FloodedProxy() {}

    public static void main(String[] arguments) throws Exception {
        try (TestServer server = TestServer.echo();
                Proxy proxy = Proxy.start(
                        Settings.of(TransportKind.EPOLL)
                                .backlog(BACKLOG)
                                .upstream("pool", server.address())
                                .listener("web", "0.0.0.0:" + PORT, "pool", NetworkProfile.PUBLIC)
                                .build(),
                        FloodedProxy::tell)) {
            System.out.println("ready " + proxy.listeners().get(0).bound().getPort());
            System.in.transferTo(System.err);
        }
    }

    private static void tell(ControlEvent event) {
        if (event instanceof ControlEvent.SynFlood flood) {
            if (flood.event() instanceof Started started) {
                System.out.printf(
                        "started perSecond=%d unanswered=%d drops=%d listener=%s%n",
                        started.perSecond(),
                        started.signs().unanswered(),
                        started.signs().listenDrops(),
                        started.hit().listener().orElse("none"));
            } else if (flood.event() instanceof Ended ended) {
                System.out.printf(
                        "ended perSecond=%d unanswered=%d drops=%d listener=%s%n",
                        ended.peakPerSecond(),
                        ended.signs().unanswered(),
                        ended.signs().listenDrops(),
                        ended.hit().listener().orElse("none"));
            }
        }
    }
}
