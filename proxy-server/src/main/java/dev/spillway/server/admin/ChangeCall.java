package dev.spillway.server.admin;

import java.util.Optional;

/**
 * A change that lacks nothing but its body.
 *
 * @param path the path it was sent to
 * @param principal who asks
 * @param ifMatch its {@code If-Match}, as it was sent
 * @param change what is to be done
 */
record ChangeCall(String path, Principal principal, Optional<String> ifMatch, Change change) {
    /** Reads {@code body} and carries the change out. On the thread for changes: the tree of a body outweighs its text. */
    Answer answer(RequestBody body) {
        try {
            return change.apply(new ChangeRequest(path, principal, ifMatch, ChangeBody.parse(body)));
        } catch (BadRequest bad) {
            return bad.answer();
        }
    }
}
