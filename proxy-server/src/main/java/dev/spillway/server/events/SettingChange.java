package dev.spillway.server.events;

import dev.spillway.server.spelling.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One value that became another one; in JSON {@code key}, {@code old} and {@code new}.
 *
 * @param key its name, as {@code mpp} or {@code interfaces.eth0.profile}
 * @param before what it was
 * @param after what it is
 */
public record SettingChange(String key, String before, String after) implements JsonText.Members {
    private static final int LONGEST = 200;

    /** {@code mpp: default -> disabled}. */
    @Override
    public String toString() {
        return key + ": " + before + " -> " + after;
    }

    @Override
    public Map<String, String> members() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("key", key);
        members.put("old", before);
        members.put("new", after);
        return members;
    }

    /** The same, at a length fit for an event. */
    SettingChange excerpt() {
        return new SettingChange(Excerpt.of(key, LONGEST), Excerpt.of(before, LONGEST), Excerpt.of(after, LONGEST));
    }
}
