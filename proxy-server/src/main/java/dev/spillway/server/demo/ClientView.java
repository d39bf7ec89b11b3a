package dev.spillway.server.demo;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The page at {@code /}: what the upstream sees of whoever asks. Immutable.
 *
 * @param adminUrl where the proxy's own view is; empty if there is none
 */
record ClientView(String adminUrl) {
    /**
     * @param head the request
     * @param peer the address the request came from, as the upstream sees it
     * @param connections open at the upstream now
     * @param accepted connections so far
     */
    String page(RequestHead head, InetSocketAddress peer, int connections, long accepted) {
        StringBuilder rows = new StringBuilder();
        row(rows, "peer address", peer.getHostString() + ":" + peer.getPort());
        row(rows, "time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        row(rows, "connections", "%,d open, %,d so far".formatted(connections, accepted));
        row(rows, "request", head.method() + " " + head.path());
        StringBuilder headers = new StringBuilder();
        for (RequestHead.Header header : head.headers()) {
            row(headers, header.name(), header.value());
        }
        String admin = adminUrl.isEmpty()
                ? ""
                : "<p>The proxy's own view: <a href=\"%1$s/\">status</a>, <a href=\"%1$s/metrics\">metrics</a>, <a href=\"%1$s/api/v1/connections\">connections</a>.</p>"
                        .formatted(escape(adminUrl));
        return PAGE.formatted(rows, headers, admin);
    }

    private static void row(StringBuilder rows, String name, String value) {
        rows.append("<tr><th>")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Spillway demo</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            :root { color-scheme: light dark }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem }
            h1 { font-weight: 600 } h2 { font-size: 1.05rem; margin-top: 2rem }
            table { border-collapse: collapse; width: 100%% }
            th { text-align: left; font-weight: 500; padding: .2rem 1rem .2rem 0; white-space: nowrap; vertical-align: top }
            td { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
            tr + tr { border-top: 1px solid #8884 }
            </style></head><body>
            <h1>It flows.</h1>
            <p>This page came to you through Spillway, from a small server that lives inside the demo.</p>
            <h2>You, as the upstream sees you</h2>
            <table>
            %s</table>
            <h2>The headers that arrived</h2>
            <table>
            %s</table>
            <h2>More to ask for</h2>
            <p><a href="/bytes/1048576">/bytes/1048576</a> gives a mebibyte, <a href="/echo?hello">/echo?hello</a> says it
            back, and <code>POST /sink</code> swallows a body and answers with its SHA-256.</p>
            %s
            </body></html>
            """;
}
