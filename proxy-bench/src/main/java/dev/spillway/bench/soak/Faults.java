package dev.spillway.bench.soak;

import dev.spillway.bench.attack.AdminPlane;
import dev.spillway.bench.attack.Attack;
import dev.spillway.bench.attack.AttackerCrowd;
import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * What befalls the soaked proxy: one thing after the other, drawn from one seeded source, so that a run can be had again
 * as far as the machine's timing allows. Confined to one thread.
 */
final class Faults implements AutoCloseable {
    private static final int CONNECTS_PER_SECOND = 1000;
    private static final int LONGEST_ATTACK_SECONDS = 20;

    /** What can happen; the more often it stands here, the more often it does. */
    private enum Kind {
        ATTACK,
        MORE_ATTACK,
        UPSTREAM,
        RELOAD,
        LISTENER,
        SETTINGS,
        DRY_RUN
    }

    private final Random random;
    private final int clients;
    private final Endpoints listen;
    private final Upstream upstream;
    private final SoakedSpillway spillway;
    private final AdminPlane plane;
    private final Consumer<String> progress;
    private final List<AttackerCrowd> crowds = new ArrayList<>();
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private SoakedSpillway.Variant variant;
    private boolean dryRun;
    private boolean mppOff;

    /**
     * @param random decides everything
     * @param clients most hostile clients of one attack
     * @param listen where the proxy listens
     * @param variant what holds at first
     * @param progress told of each fault
     */
    Faults(
            Random random,
            int clients,
            Endpoints listen,
            Upstream upstream,
            SoakedSpillway spillway,
            SoakedSpillway.Variant variant,
            AdminPlane plane,
            Consumer<String> progress) {
        this.random = random;
        this.clients = clients;
        this.listen = listen;
        this.upstream = upstream;
        this.spillway = spillway;
        this.variant = variant;
        this.plane = plane;
        this.progress = progress;
    }

    /** Lets the next thing happen. */
    void next() throws IOException, InterruptedException {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        counts.merge(kind, 1, Integer::sum);
        switch (kind) {
            case ATTACK, MORE_ATTACK -> attack();
            case UPSTREAM -> {
                if (upstream.up()) {
                    progress.accept("the echo service dies");
                    upstream.kill();
                } else {
                    upstream.restart();
                }
            }
            case RELOAD ->
                reload(new SoakedSpillway.Variant(
                        variant.extra(),
                        50 + random.nextInt(500),
                        20 + random.nextInt(200),
                        30 + random.nextInt(600),
                        clients + random.nextInt(clients)));
            case LISTENER ->
                reload(new SoakedSpillway.Variant(
                        !variant.extra(),
                        variant.stallAfterMillis(),
                        variant.intervalMillis(),
                        variant.idleSeconds(),
                        variant.maxConnections()));
            case SETTINGS -> {
                mppOff = !mppOff;
                set("mpp", mppOff ? "disabled" : "default");
            }
            case DRY_RUN -> {
                dryRun = !dryRun;
                set("mpp-dry-run", dryRun ? "enabled" : "default");
            }
        }
        // Whoever is not protected is so for one fault only, and a dead server dead: it is a soak of the protection.
        if (kind != Kind.SETTINGS && mppOff) {
            mppOff = false;
            set("mpp", "default");
        }
        if (kind != Kind.DRY_RUN && dryRun) {
            dryRun = false;
            set("mpp-dry-run", "default");
        }
        if (kind != Kind.UPSTREAM) {
            upstream.restart();
        }
    }

    private void attack() throws IOException {
        Attack attack = Attack.values()[random.nextInt(Attack.values().length)];
        int size = 1 + random.nextInt(clients);
        Duration length = Duration.ofSeconds(1 + random.nextInt(LONGEST_ATTACK_SECONDS));
        if (crowds.size() == 2) {
            crowds.remove(0).close();
        }
        progress.accept("attack: " + attack.id() + " of " + size + " for " + length.toSeconds() + " s");
        crowds.add(AttackerCrowd.start(
                new AttackerCrowd.Plan(attack, attack.target(listen), size, CONNECTS_PER_SECOND, length)));
    }

    private void reload(SoakedSpillway.Variant next) throws IOException, InterruptedException {
        progress.accept("reload: " + next);
        spillway.write(next);
        variant = next;
        plane.change("POST", "/api/v1/reload", "{}");
    }

    private void set(String key, String value) throws IOException, InterruptedException {
        progress.accept("set " + key + "=" + value);
        plane.change(
                "PATCH", "/api/v1/security", "{\"store\": \"active\", \"set\": {\"" + key + "\": \"" + value + "\"}}");
    }

    /** Ends what is under way and puts everything back as it was at first, for a look at what is left. */
    void quiet(SoakedSpillway.Variant first) throws IOException, InterruptedException {
        close();
        upstream.dropAll();
        upstream.restart();
        mppOff = false;
        dryRun = false;
        set("mpp", "default");
        set("mpp-dry-run", "default");
        reload(first);
    }

    /** How often what happened. */
    String summary() {
        return counts.toString();
    }

    /** Ends the attacks. */
    @Override
    public void close() {
        crowds.forEach(AttackerCrowd::close);
        crowds.clear();
    }
}
