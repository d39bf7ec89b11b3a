package dev.spillway.server.demo;

/** What someone sees who has just typed {@code spillway demo}. */
final class StartScreen {
    private static final double MEBIBYTE = 1 << 20;

    private StartScreen() {}

    /** What runs where. */
    static String places(Demo demo, Palette palette) {
        DemoPorts ports = demo.ports();
        return """

                %s

                  public   %s   under memory pressure connections may be closed, new ones refused
                  private  %s   profile = private: never, whatever happens
                  exempt   %s   its port is exempt: never either
                  admin    %s   status page, metrics, health, API

                  All three lead to a small HTTP server inside this process (127.0.0.1:%d).
                  Budgets are small on purpose: %.0f MiB for buffers, %,d connections. Transport: %s.

                """.formatted(
                        palette.bold("Spillway demo"),
                        palette.cyan(url(ports.publicPort())),
                        palette.cyan(url(ports.privatePort())),
                        palette.cyan(url(ports.exemptPort())),
                        palette.cyan(url(ports.adminPort())),
                        demo.upstreamAddress().getPort(),
                        demo.settings().proxy().relay().budgetBytes() / MEBIBYTE,
                        demo.proxy().maxConnections(),
                        demo.proxy().transport().label());
    }

    /** What to try. */
    static String advice(Demo demo, Palette palette) {
        DemoPorts ports = demo.ports();
        String open = url(ports.publicPort());
        int elsewhere = ports.publicPort() + (ports.publicPort() < 50_000 ? 10_000 : -10_000);
        return """
                %s, in another terminal
                %s%s%s%s
                %s
                %s
                Ctrl-C ends it.
                """.formatted(
                palette.bold("Try"),
                tip("curl " + open + "/", "the page that shows you as the upstream sees you"),
                tip("curl -o /dev/null " + open + "/bytes/1000000000", "a gigabyte through the relay"),
                tip("curl -d 'some words' " + open + "/sink", "swallowed, and its SHA-256"),
                tip("curl " + url(ports.adminPort()) + "/api/v1/pressure", "what is short, and what is done"),
                palette.bold("Attack"),
                tip("spillway demo --attack --port-base " + elsewhere, "one more demo, with a crowd that means harm"));
    }

    private static String tip(String command, String what) {
        return "  %-60s  %s%n".formatted(command, what);
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }
}
