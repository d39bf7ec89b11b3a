package dev.spillway.server.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One value that became another one; in JSON {@code key}, {@code old} and {@code new}.
 *
 * @param key its name, as {@code mpp} or {@code interfaces.eth0.profile}
 * @param before what it was
 * @param after what it is
 */
public record SettingChange(
        @JsonProperty("key") String key,
        @JsonProperty("old") String before,
        @JsonProperty("new") String after) {
    private static final int LONGEST = 200;

    /** {@code mpp: default -> disabled}. */
    @Override
    public String toString() {
        return key + ": " + before + " -> " + after;
    }

    /** The same, at a length fit for an event. */
    SettingChange excerpt() {
        return new SettingChange(Excerpt.of(key, LONGEST), Excerpt.of(before, LONGEST), Excerpt.of(after, LONGEST));
    }
}
