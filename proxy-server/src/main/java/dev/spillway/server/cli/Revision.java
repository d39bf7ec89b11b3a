package dev.spillway.server.cli;

import dev.spillway.server.client.AdminClient;
import dev.spillway.server.client.Json;
import dev.spillway.server.client.Node;
import dev.spillway.server.client.Reply;
import dev.spillway.server.client.Request;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A change to the settings of the generation that was just read. If somebody else was faster it is tried again on theirs:
 * what commands ask for are differences, and those hold whichever comes first.
 *
 * @param method as {@code PATCH}
 * @param path as {@code /api/v1/security}
 * @param body what is asked for
 * @param only the generation it is meant for, and no other; empty tries again
 */
record Revision(String method, String path, Map<String, ?> body, OptionalLong only) {
    static final String SECURITY = "/api/v1/security";

    private static final int TRIES = 5;
    private static final int STALE = 412;

    /**
     * What was answered.
     *
     * @param before the generation that was changed
     */
    record Done(Node body, long before) {}

    Done on(AdminClient client) throws Refusal {
        for (int left = TRIES; ; left--) {
            long generation = only.isPresent() ? only.getAsLong() : generation(client);
            Reply reply = AdminCommand.send(client, Request.change(method, path, generation, Json.text(body)));
            if (reply.status() != STALE || only.isPresent()) {
                return new Done(Outcome.body(reply), generation);
            }
            if (left == 1) {
                throw new Refusal(
                        ExitCode.TRY_AGAIN,
                        "others changed the settings each of " + TRIES + " times; nothing was changed from here");
            }
        }
    }

    private static long generation(AdminClient client) throws Refusal {
        long generation =
                Outcome.body(AdminCommand.send(client, Request.get(SECURITY))).number("generation");
        if (generation < 0) {
            throw new Refusal(ExitCode.UNAVAILABLE, "settings without a generation (expected: Spillway's admin plane)");
        }
        return generation;
    }
}
