package dev.spillway.server.events;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The events of settings that change, or don't, at run time: the audit trail. For {@link EventLog#record}. */
public final class SettingsEvents {
    /** Changes, problems or values that one event lists; the number of all of them is always there. */
    static final int MOST_LISTED = 20;

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_PROBLEM = 400;

    private SettingsEvents() {}

    /**
     * Security settings changed; one event for one request, whatever number of values it changed.
     *
     * @param who the address or the name of the token that asked for it, or the signal
     * @param origin by what it was asked for: {@code command}, {@code api}, {@code registry-import}, {@code reload},
     *     {@code reset}
     * @param store {@code persistent}, {@code active} or, for a reload, {@code file}
     * @param generation of the settings that are in force now
     * @param changes all of them; the event lists the first {@value #MOST_LISTED}
     */
    public static Event changed(String who, String origin, String store, long generation, List<SettingChange> changes) {
        List<SettingChange> listed = listed(changes);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("origin", origin);
        fields.put("store", store);
        fields.put("generation", generation);
        fields.put("changed", changes.size());
        fields.put("changes", listed);
        return new Event(
                EventId.SETTINGS_CHANGED,
                "Security settings were changed by %s (%s, store %s), generation %d: %s."
                        .formatted(
                                fields.get("who"),
                                origin,
                                store,
                                generation,
                                changes.isEmpty() ? "every value as it was" : Excerpt.joined(listed, changes.size())),
                fields);
    }

    /**
     * Changes were refused, and nothing changed; see {@link SettingsRefusals}, which aggregates them.
     *
     * @param who who asked last
     * @param origin by what the last one was asked for
     * @param why the last one was refused
     * @param count how many this event stands for, 1 or more
     */
    static Event refused(String who, String origin, String why, long count) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("origin", origin);
        fields.put("why", Excerpt.of(why, LONGEST_PROBLEM));
        fields.put("refused", count);
        return new Event(
                EventId.SETTINGS_CHANGE_REFUSED,
                (count == 1
                                ? "A change of the security settings was refused, and nothing changed: %s. Asked by %s (%s)."
                                : count
                                        + " changes of the security settings were refused, and nothing changed. The last"
                                        + " one: %s. Asked by %s (%s).")
                        .formatted(fields.get("why"), fields.get("who"), origin),
                fields);
    }

    /**
     * The persistent store can't be understood. It is left as it is.
     *
     * @param path the file
     * @param problem what is wrong with it
     */
    public static Event storeDamaged(String path, String problem) {
        return store(
                path,
                "damaged",
                problem,
                "The settings store %s is damaged: %s. It is left as it is; what it said is not in force.");
    }

    /**
     * The persistent store can't be written. What is in force stays.
     *
     * @param path the file
     * @param problem what is in the way
     */
    public static Event storeUnwritable(String path, String problem) {
        return store(
                path,
                "unwritable",
                problem,
                "The settings store %s can't be written: %s. What is in force stays; changes that are to be kept are"
                        + " refused.");
    }

    private static Event store(String path, String state, String problem, String message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", Excerpt.of(path, LONGEST_NAME));
        fields.put("state", state);
        fields.put("problem", Excerpt.of(problem, LONGEST_PROBLEM));
        return new Event(
                EventId.SETTINGS_STORE_TROUBLE, message.formatted(fields.get("path"), fields.get("problem")), fields);
    }

    /**
     * The configuration was read again and is in force.
     *
     * @param who the signal, or the address or name of the token that asked for it
     * @param generation of the security settings that are in force now
     * @param changes what is different from before; the event lists the first {@value #MOST_LISTED}
     * @param atRestart what is different in the file and has effect at the next start only, one sentence each
     */
    public static Event reloaded(String who, long generation, List<SettingChange> changes, List<String> atRestart) {
        List<SettingChange> listed = listed(changes);
        List<String> later = Excerpt.of(atRestart, MOST_LISTED, LONGEST_PROBLEM);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("generation", generation);
        fields.put("changed", changes.size());
        fields.put("changes", listed);
        fields.put("laterChanged", atRestart.size());
        fields.put("atRestart", later);
        return new Event(
                EventId.CONFIGURATION_RELOADED,
                "The configuration was read again, asked by %s: %s.%s"
                        .formatted(
                                fields.get("who"),
                                changes.isEmpty() ? "nothing changed" : Excerpt.joined(listed, changes.size()),
                                atRestart.isEmpty()
                                        ? ""
                                        : " At the next start only: " + Excerpt.joined(later, atRestart.size()) + "."),
                fields);
    }

    /**
     * The configuration was read again, has problems, and nothing changed.
     *
     * @param who the signal, or the address or name of the token that asked for it
     * @param problems all of them, with file and line; the event lists the first {@value #MOST_LISTED}
     */
    public static Event reloadRefused(String who, List<String> problems) {
        List<String> listed = Excerpt.of(problems, MOST_LISTED, LONGEST_PROBLEM);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("found", problems.size());
        fields.put("problems", listed);
        return new Event(
                EventId.RELOAD_REFUSED,
                "The configuration was read again, asked by %s, and refused; nothing changed: %s."
                        .formatted(fields.get("who"), Excerpt.joined(listed, problems.size())),
                fields);
    }

    private static List<SettingChange> listed(List<SettingChange> changes) {
        return changes.stream().limit(MOST_LISTED).map(SettingChange::excerpt).toList();
    }
}
