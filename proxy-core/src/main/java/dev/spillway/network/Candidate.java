package dev.spillway.network;

import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import org.jspecify.annotations.Nullable;

/** A local address from which controllers are asked, and what is known of it. Belongs to {@link DomainProbing}'s thread. */
final class Candidate {
    /** How many probes in a row have to be missed before an address that was of the domain is public. */
    static final int MISSES_TO_LEAVE = 2;

    private static final int MOST_DOUBLINGS = 20;

    private final LocalAddress at;
    private final long number;
    private boolean up;
    private NetworkProfile profile = NetworkProfile.PUBLIC;
    private String how;
    private @Nullable Target answering;
    private int misses;
    private int lacks;
    private boolean judged;
    private long due;

    /** @param number tells candidates apart that are due at the same time */
    Candidate(LocalAddress at, long number, boolean up, String how) {
        this.at = at;
        this.number = number;
        this.up = up;
        this.how = how;
    }

    LocalAddress at() {
        return at;
    }

    long number() {
        return number;
    }

    boolean up() {
        return up;
    }

    /** Notes the state of the interface; true if it has just come up. */
    boolean cameUp(boolean nowUp) {
        boolean came = nowUp && !up;
        up = nowUp;
        if (came && !domain()) {
            misses = 0;
        }
        return came;
    }

    boolean domain() {
        return profile == NetworkProfile.DOMAIN;
    }

    String how() {
        return how;
    }

    /** Which target answered last; null if none did since the address became public. */
    @Nullable
    Target answering() {
        return answering;
    }

    /** Whether a probe has come to an end, or there is none to wait for. */
    boolean judged() {
        return judged;
    }

    long due() {
        return due;
    }

    void due(long at) {
        due = at;
    }

    Place place() {
        return new Place(at.address(), at.interfaceName(), profile, how);
    }

    /** A controller answered; true if that changes what is shown. */
    boolean answered(Target target, String nowHow) {
        boolean news = !domain() || !target.equals(answering);
        if (news) {
            how = nowHow;
        }
        profile = NetworkProfile.DOMAIN;
        answering = target;
        misses = 0;
        lacks = 0;
        judged = true;
        return news;
    }

    /** No controller answered; true if that changes what is shown. */
    boolean missed(String nowHow) {
        misses++;
        lacks = 0;
        judged = true;
        return (!domain() || misses >= MISSES_TO_LEAVE) && leave(nowHow);
    }

    /** Nobody could be asked. */
    void unasked() {
        lacks++;
        judged = true;
    }

    /** Has the next miss be the last one. */
    void onProbation() {
        misses = MISSES_TO_LEAVE - 1;
    }

    /** Makes the address public; true if that changes what is shown. */
    boolean leave(String nowHow) {
        boolean news = domain() || !how.equals(nowHow);
        profile = NetworkProfile.PUBLIC;
        how = nowHow;
        answering = null;
        return news;
    }

    /** The rest before the next probe: {@code first} after a failure, doubled with each more up to {@code interval}. */
    long rest(long first, long interval) {
        int failures = Math.max(misses, lacks);
        if (failures == 0) {
            return interval;
        }
        return Math.min(interval, first << Math.min(failures - 1, MOST_DOUBLINGS));
    }
}
