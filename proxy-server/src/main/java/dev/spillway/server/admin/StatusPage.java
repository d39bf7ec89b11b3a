package dev.spillway.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The page at {@code /}: one file that loads nothing but our own API. Its style and script run by a nonce that is new
 * for each answer, so that nothing else can.
 */
final class StatusPage {
    private static final String RESOURCE = "status.html";
    private static final int NONCE_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final String template;

    private StatusPage(String template) {
        this.template = template;
    }

    static StatusPage load() {
        try (InputStream page = StatusPage.class.getResourceAsStream(RESOURCE)) {
            if (page == null) {
                throw new IllegalStateException(
                        RESOURCE + ": not in the jar (expected: beside " + StatusPage.class + ")");
            }
            return new StatusPage(new String(page.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException(RESOURCE + ": not readable (expected: an intact jar)", unreadable);
        }
    }

    Answer answer() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return Answer.html(
                template.replace("{{nonce}}", nonce),
                "default-src 'none'; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce
                        + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }
}
