package dev.spillway.server.cli;

import dev.spillway.server.client.Json;
import dev.spillway.server.client.Node;
import dev.spillway.server.client.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer of the admin plane means for a command: a body to show, or an exit code and why. */
final class Outcome {
    private static final int LAST_OK = 299;

    private Outcome() {}

    /** The body of a good answer. */
    static Node body(Reply reply) throws Refusal {
        Node body = reply.json() ? Json.object(reply.body()).orElse(null) : null;
        boolean good = reply.status() >= 200 && reply.status() <= LAST_OK;
        if (good && body != null) {
            return body;
        }
        if (good || body == null && reply.status() < 500) {
            throw new Refusal(
                    ExitCode.UNAVAILABLE,
                    "HTTP " + reply.status() + " without a body of JSON (expected: Spillway's admin plane)");
        }
        throw new Refusal(exitCode(reply.status()), String.join("\n", reasons(reply.status(), body)));
    }

    private static int exitCode(int status) {
        return switch (status) {
            case 400, 413 -> ExitCode.DATA;
            case 401, 403, 405 -> ExitCode.NOT_ALLOWED;
            case 404 -> ExitCode.UNAVAILABLE;
            case 409 -> ExitCode.CONFIGURATION;
            case 412, 429, 503, 507 -> ExitCode.TRY_AGAIN;
            default -> ExitCode.INTERNAL;
        };
    }

    private static List<String> reasons(int status, @Nullable Node body) {
        List<String> reasons = new ArrayList<>();
        if (body != null) {
            for (Node problem : body.nodes("problems")) {
                problem.text("error").ifPresent(error -> reasons.add(reason(error, problem)));
            }
            if (reasons.isEmpty()) {
                List<String> problems = body.texts("problems");
                reasons.addAll(problems);
                if (!problems.isEmpty()) {
                    reasons.add((problems.size() == 1 ? "1 problem" : problems.size() + " problems")
                            + "; nothing was changed");
                }
            }
            body.text("error").ifPresent(error -> reasons.add(reason(error, body)));
        }
        if (reasons.isEmpty()) {
            reasons.add("the admin plane says HTTP " + status + " and no more");
        }
        if (status == 401) {
            reasons.add("a token is given with --token-file FILE or in SPILLWAY_TOKEN");
        }
        if (status == 404 || status == 405) {
            reasons.add("is that proxy of an older version than this command?");
        }
        return reasons;
    }

    private static String reason(String error, Node problem) {
        return error
                + problem.text("expected")
                        .map(text -> " (expected: " + text + ")")
                        .orElse("");
    }
}
