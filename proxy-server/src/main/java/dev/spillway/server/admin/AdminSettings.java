package dev.spillway.server.admin;

import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the admin plane listens and whom it lets in.
 *
 * @param enabled whether there is one
 * @param bind where to listen; port 0 takes a free one
 * @param token what a request has to bring as {@code Authorization: Bearer}, except for {@code /health/*}; its name is
 *     {@value #TOKEN}
 * @param tokens further ones, by the name that is recorded with what they change. Without any token everyone is let in who
 *     can connect, which is for loopback only
 * @param maxConnections most connections at a time; positive
 * @param idleTimeout after which a connection without a request is closed; positive
 */
public record AdminSettings(
        boolean enabled,
        HostPort bind,
        Optional<String> token,
        Map<String, String> tokens,
        int maxConnections,
        Duration idleTimeout) {
    /** What {@code token} is called beside those that have names. */
    public static final String TOKEN = "token";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** @throws IllegalArgumentException if a value is out of its range; no token is in the message */
    public AdminSettings {
        if (maxConnections <= 0) {
            throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: positive)");
        }
        if (idleTimeout.toMillis() <= 0) {
            throw new IllegalArgumentException("idle-timeout: " + idleTimeout + " (expected: positive)");
        }
        token.ifPresent(text -> checkToken(TOKEN, text));
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        tokens.forEach(AdminSettings::checkNamed);
        int all = tokens.size() + (token.isPresent() ? 1 : 0);
        if (new HashSet<>(allTokens(token, tokens).values()).size() < all) {
            throw new IllegalArgumentException(
                    "tokens: two are the same (expected: each its own, or who changed what is" + " not known)");
        }
    }

    private static void checkNamed(String name, String token) {
        if (!NAME.matcher(name).matches() || name.equals(TOKEN)) {
            throw new IllegalArgumentException("tokens: " + name
                    + " (expected: a name of 1 to 64 letters, digits, \"-\", \"_\" or \".\", other than " + TOKEN
                    + ")");
        }
        checkToken("tokens." + name, token);
    }

    /** A header can carry nothing else; the value itself stays out of the message. */
    private static void checkToken(String key, String token) {
        if (!token.matches("[!-~]+")) {
            throw new IllegalArgumentException(key + ": " + token.length()
                    + " characters (expected: one at least, all visible ASCII without blanks)");
        }
    }

    /** Whether a request has to bring a token. */
    public boolean guarded() {
        return token.isPresent() || !tokens.isEmpty();
    }

    /** Every token by its name. */
    Map<String, String> allTokens() {
        return allTokens(token, tokens);
    }

    private static Map<String, String> allTokens(Optional<String> token, Map<String, String> tokens) {
        Map<String, String> all = new LinkedHashMap<>();
        token.ifPresent(text -> all.put(TOKEN, text));
        all.putAll(tokens);
        return all;
    }

    /** Shows whether there is a token and how others are called, not which they are. */
    @Override
    public String toString() {
        return "AdminSettings[enabled=" + enabled + ", bind=" + bind + ", token="
                + (token.isPresent() ? "set" : "none") + ", tokens=" + new TreeSet<>(tokens.keySet())
                + ", maxConnections=" + maxConnections + ", idleTimeout=" + idleTimeout + "]";
    }
}
