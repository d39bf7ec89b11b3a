package dev.spillway.bench.attack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a running Spillway says of itself. Any thread. */
public final class AdminPlane {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String base;

    /** The one that listens at {@code address}. */
    public AdminPlane(InetSocketAddress address) {
        this.base = "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** The answer to a {@code GET} of {@code path}, which begins with a slash. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return MAPPER.readTree(send(HttpRequest.newBuilder(), path));
    }

    /** The text of the metrics. */
    public String metrics() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(), "/metrics");
    }

    /**
     * Changes something, whatever state it is in.
     *
     * @param method {@code PATCH}, {@code POST} …
     * @param body JSON
     */
    public JsonNode change(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .header("If-Match", "*")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return MAPPER.readTree(send(request, path));
    }

    private String send(HttpRequest.Builder request, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                request.uri(URI.create(base + path)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
