package dev.spillway.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens that open the admin plane, by their names. A token comes as {@code Authorization: Bearer}, or as the password
 * of {@code Basic}, since that is what a browser can ask its user for.
 *
 * <p>A guess is compared with every token, and by digests: how long that takes tells neither how well a guess begins, nor
 * how long a token is, nor whose it nearly is.
 */
final class Credentials {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final Map<String, byte[]> digests = new LinkedHashMap<>();

    /** @param tokens by name */
    Credentials(Map<String, String> tokens) {
        tokens.forEach((name, token) -> digests.put(name, digest(token)));
    }

    /** Whether a request needs one. */
    boolean required() {
        return !digests.isEmpty();
    }

    /** The name of the token that {@code request} brings; empty if it brings none of ours. */
    Optional<String> nameOf(HttpRequest request) {
        List<String> given = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (given.size() != 1) {
            return Optional.empty();
        }
        String value = given.get(0);
        if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return nameOf(value.substring(BEARER.length()).trim());
        }
        if (value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return password(value.substring(BASIC.length()).trim()).flatMap(this::nameOf);
        }
        return Optional.empty();
    }

    private static Optional<String> password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return Optional.of(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private Optional<String> nameOf(String guess) {
        byte[] digest = digest(guess);
        Optional<String> name = Optional.empty();
        for (Map.Entry<String, byte[]> token : digests.entrySet()) {
            if (MessageDigest.isEqual(token.getValue(), digest)) {
                name = Optional.of(token.getKey());
            }
        }
        return name;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
