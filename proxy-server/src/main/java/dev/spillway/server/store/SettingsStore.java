package dev.spillway.server.store;

import dev.spillway.security.SecuritySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The owner of the settings in force: the only place where a change is made. A change is all or nothing, in this order: judged,
 * kept if it is to be kept, handed to the proxy, told. So nothing holds that could not be kept, and nothing is told that does not hold.
 *
 * <p>Any thread but an event loop: it waits for the disk. Changes are made one after the other.
 */
public final class SettingsStore {
    /** Rules for interfaces are looked through one by one for each connection. */
    public static final int MOST_INTERFACE_VALUES = 4096;

    private final Optional<StoreFile> file;
    private final Clock clock;
    private final Audit audit;
    private final String run = Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 40);

    // Guarded by this.
    private Consumer<SecuritySettings> sink = settings -> {};
    private Persistence persistence;

    private volatile View view;

    /**
     * The settings in force and where they come from, at one moment.
     *
     * @param settings what comes of the layers
     * @param layers what was asked for
     * @param persistence how the store is
     */
    public record View(SecuritySettings settings, LayeredSettings layers, Persistence persistence) {}

    /**
     * A change that was made, for the audit.
     *
     * @param origin who asked, and how
     * @param tier where it is kept
     * @param outcome what came of it
     */
    public record Made(Origin origin, Tier tier, Outcome.Applied outcome) {}

    private SettingsStore(Optional<StoreFile> file, Layer operators, Clock clock, Audit audit) {
        this.file = file;
        this.clock = clock;
        this.audit = audit;
        LayeredSettings layers = new LayeredSettings(operators, Layer.EMPTY, Layer.EMPTY);
        this.persistence = new Persistence(Optional.empty(), Persistence.State.NONE, Optional.empty());
        if (file.isPresent()) {
            layers = layers.with(Tier.PERSISTENT, read(file.get()).orElse(Layer.EMPTY));
        }
        this.view = new View(layers.effective(1), layers, persistence);
    }

    /**
     * The settings that a process starts with: what the file says and, before it, what was kept. A store that can't be used does not
     * keep the process from starting; {@link View#persistence} says so.
     *
     * @param path the store's file; empty keeps nothing
     * @param operators what the operator's file says
     * @param audit told of what becomes of the settings
     */
    public static SettingsStore open(Optional<Path> path, Layer operators, Audit audit) {
        return new SettingsStore(path.map(file -> new StoreFile(file, Disk.REAL)), operators, Clock.systemUTC(), audit);
    }

    static SettingsStore open(Path path, Disk disk, Layer operators, Clock clock, Audit audit) {
        return new SettingsStore(Optional.of(new StoreFile(path, disk)), operators, clock, audit);
    }

    /** Empty if there is none or it can't be used, of which {@code persistence} then tells. */
    private Optional<Layer> read(StoreFile store) {
        StoreFile.Content content = store.read();
        Optional<String> obstacle = store.obstacle();
        if (content instanceof StoreFile.Content.Damaged damaged) {
            enter(state(store, Persistence.State.DAMAGED, Optional.of(damaged.problem())));
            return Optional.empty();
        }
        Persistence.State found =
                content instanceof StoreFile.Content.Whole ? Persistence.State.OK : Persistence.State.ABSENT;
        Persistence next = state(store, obstacle.isPresent() ? Persistence.State.UNWRITABLE : found, obstacle);
        if (persistence.state() == Persistence.State.DAMAGED) {
            enter(next);
        }
        // Else not an event: where nobody wants to keep anything, as in many containers, it is no trouble. Whoever
        // tries is
        // told.
        persistence = next;
        return content instanceof StoreFile.Content.Whole whole ? Optional.of(whole.layer()) : Optional.empty();
    }

    private void enter(Persistence next) {
        boolean news = next.state() != persistence.state();
        persistence = next;
        if (news) {
            audit.trouble(next);
        }
    }

    private static Persistence state(StoreFile store, Persistence.State state, Optional<String> problem) {
        return new Persistence(Optional.of(store.path()), state, problem);
    }

    /** Hands every change from now on to {@code proxy}, which has the present ones already. */
    public synchronized void connect(Consumer<SecuritySettings> proxy) {
        sink = proxy;
    }

    /** Tells this process's generations from those of another one, which begin at 1 as well. */
    public String run() {
        return run;
    }

    /** The settings in force. Any thread, at once. */
    public View view() {
        return view;
    }

    /**
     * Makes a change.
     *
     * @param change what is asked for
     * @param ground the generation on whose ground it is asked for; empty for whatever is in force
     * @param kind how it is asked for
     * @param who asks: an address or the name of a token
     * @param dryRun only says what it would come to
     */
    public synchronized Outcome change(
            Change change, OptionalLong ground, Origin.Kind kind, String who, boolean dryRun) {
        View before = view;
        if (ground.isPresent() && ground.getAsLong() != before.settings().generation()) {
            audit.refused(
                    Origin.asked(kind, who, clock.instant().truncatedTo(ChronoUnit.SECONDS)),
                    "generation " + ground.getAsLong() + " (expected: "
                            + before.settings().generation() + ", which is in force)");
            return new Outcome.Stale(before.settings().generation());
        }
        Origin origin = Origin.asked(kind, who, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        Outcome outcome = judgeAndMake(change, before, origin, dryRun);
        if (outcome instanceof Outcome.Refused refused) {
            audit.refused(origin, String.join("; ", refused.problems()));
        } else if (outcome instanceof Outcome.Unwritable unwritable) {
            audit.refused(origin, unwritable.problem());
        } else if (outcome instanceof Outcome.Applied made && view != before) {
            audit.made(new Made(origin, change.tier(), made));
        }
        return outcome;
    }

    private Outcome judgeAndMake(Change change, View before, Origin origin, boolean dryRun) {
        LayeredSettings next = keeping(change.applyTo(before.layers(), origin), before.layers());
        List<String> problems = problems(next);
        if (!problems.isEmpty()) {
            return new Outcome.Refused(problems);
        }
        if (change.tier() == Tier.PERSISTENT && persistence.state() == Persistence.State.DAMAGED) {
            // What the store says is not known, so neither is what the change comes to, though it seem to need no
            // write.
            return new Outcome.Unwritable(unusable().orElseThrow());
        }
        // Before anything is kept: what can't be put in force may not be found by the next start either.
        SecuritySettings settings = next.effective(before.settings().generation() + 1);
        if (!next.persistent().equals(before.layers().persistent())) {
            Optional<String> trouble = dryRun ? unusable() : keep(next.persistent());
            if (trouble.isPresent()) {
                return new Outcome.Unwritable(trouble.get());
            }
        }
        List<Outcome.ChangedValue> changes = changes(before.layers(), next);
        List<String> notes = new ArrayList<>(Notes.of(change, before.layers(), next));
        if (!dryRun && persistence.state() == Persistence.State.OK) {
            persistence.problem().ifPresent(notes::add);
        }
        if (dryRun || next.equals(before.layers())) {
            return new Outcome.Applied(before.settings().generation(), changes, notes);
        }
        return enter(settings, next, changes, notes);
    }

    /**
     * Takes over what the operator's file says now, and reads the store again.
     *
     * @return the values that are others now; empty if it comes to the same
     */
    public synchronized Outcome.Applied reload(Layer operators) {
        View before = view;
        LayeredSettings next = before.layers().with(Tier.FILE, operators);
        if (file.isPresent()) {
            // One that has become unreadable changes nothing: what it said goes on to hold, and the trouble shows.
            Optional<Layer> kept = read(file.get());
            boolean gone = persistence.state() == Persistence.State.ABSENT;
            next = next.with(Tier.PERSISTENT, kept.orElse(gone ? Layer.EMPTY : next.persistent()));
        }
        List<Outcome.ChangedValue> changes = changes(before.layers(), next);
        if (next.equals(before.layers())) {
            view = new View(before.settings(), next, persistence);
            return new Outcome.Applied(before.settings().generation(), changes, List.of());
        }
        return enter(next.effective(before.settings().generation() + 1), next, changes, List.of());
    }

    /** Words that were there already stay whose they were. */
    private static LayeredSettings keeping(LayeredSettings next, LayeredSettings before) {
        return new LayeredSettings(
                next.file(),
                next.persistent().keeping(before.persistent()),
                next.active().keeping(before.active()));
    }

    private Outcome.Applied enter(
            SecuritySettings settings, LayeredSettings next, List<Outcome.ChangedValue> changes, List<String> notes) {
        sink.accept(settings);
        view = new View(settings, next, persistence);
        return new Outcome.Applied(settings.generation(), changes, notes);
    }

    private static List<String> problems(LayeredSettings next) {
        List<String> problems = new ArrayList<>();
        long ofInterfaces = next.keys().stream().filter(SettingKey::ofInterface).count();
        if (ofInterfaces > MOST_INTERFACE_VALUES) {
            problems.add("interfaces: " + ofInterfaces + " values (expected: at most " + MOST_INTERFACE_VALUES + ")");
        }
        return problems;
    }

    private Optional<String> unusable() {
        if (file.isEmpty()) {
            return Optional.of("there is no store in this process (expected: store=active, which is lost at the end)");
        }
        return persistence.state() == Persistence.State.DAMAGED
                ? Optional.of(file.get().path() + ": " + persistence.problem().orElse("")
                        + " (expected: a store of this program; it is left as it is. Move it away and reload, or use"
                        + " store=active)")
                : Optional.empty();
    }

    private Optional<String> keep(Layer layer) {
        Optional<String> unusable = unusable();
        if (unusable.isPresent() || file.isEmpty()) {
            return unusable;
        }
        StoreFile store = file.get();
        try {
            enter(state(store, Persistence.State.OK, store.write(layer)));
            return Optional.empty();
        } catch (IOException failure) {
            String problem = StoreFile.reason(failure);
            enter(state(store, Persistence.State.UNWRITABLE, Optional.of(problem)));
            view = new View(view.settings(), view.layers(), persistence);
            return Optional.of(store.path() + " can't be written: " + problem
                    + " (expected: a folder that the user Spillway runs as may write to; store=active does without)");
        }
    }

    /** Every value, and every list of ports, that is another one. */
    static List<Outcome.ChangedValue> changes(LayeredSettings before, LayeredSettings after) {
        TreeSet<SettingKey> keys = new TreeSet<>(before.keys());
        keys.addAll(after.keys());
        List<Outcome.ChangedValue> changes = new ArrayList<>();
        for (SettingKey key : keys) {
            add(changes, key.name(), before.value(key), after.value(key));
        }
        for (PortList list : PortList.values()) {
            add(changes, list.key(), ports(before, list), ports(after, list));
        }
        return changes;
    }

    private static void add(List<Outcome.ChangedValue> changes, String key, String before, String after) {
        if (!before.equals(after)) {
            changes.add(new Outcome.ChangedValue(key, before, after));
        }
    }

    private static String ports(LayeredSettings layers, PortList list) {
        return layers.marks(list).exempt().ranges().stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
