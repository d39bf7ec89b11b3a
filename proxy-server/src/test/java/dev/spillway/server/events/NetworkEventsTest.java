package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class NetworkEventsTest {
    @Test
    void anAddressIsFollowedFromItsAppearanceToItsEnd() {
        Event appeared = NetworkEvents.addressAppeared("eth1", "198.18.0.1", "public", "no controller answers");
        Event changed = NetworkEvents.profileChanged(
                "eth1", "198.18.0.1", "public", "domain", "controller dc.example:389 answers");
        Event vanished = NetworkEvents.addressVanished("eth1", "198.18.0.1", "domain");

        assertThat(appeared.id().number())
                .isEqualTo(changed.id().number())
                .isEqualTo(vanished.id().number())
                .isEqualTo(3004);
        assertThat(appeared.message()).isEqualTo("198.18.0.1 appeared on eth1, profile public: no controller answers.");
        assertThat(changed.message())
                .isEqualTo("The profile of 198.18.0.1 on eth1 changed from public to domain: controller dc.example:389"
                        + " answers.");
        assertThat(vanished.message()).isEqualTo("198.18.0.1 vanished from eth1, where its profile was domain.");
        assertThat(appeared.fields()).contains(entry("old", "absent"), entry("new", "public"));
        assertThat(changed.fields())
                .containsExactly(
                        entry("interface", "eth1"),
                        entry("address", "198.18.0.1"),
                        entry("old", "public"),
                        entry("new", "domain"),
                        entry("found", "controller dc.example:389 answers"));
        assertThat(vanished.fields()).contains(entry("old", "domain"), entry("new", "absent"));
    }

    @Test
    void aGateSaysWhichListenerItIsOfAndWhy() {
        Event refuses = NetworkEvents.gateRefuses(true, "ledger at 93 %");
        Event open = NetworkEvents.gateRefuses(false, "ledger at 12 %");
        Event replaced = NetworkEvents.gateReplaced("web", "kernel-filter", "accept-pause", "CAP_NET_ADMIN is missing");

        assertThat(refuses.id().number()).isEqualTo(2004);
        assertThat(refuses.message())
                .isEqualTo("The SYN gate keeps newcomers out of listeners that are eligible: ledger at 93 %.");
        assertThat(refuses.fields())
                .containsExactly(
                        entry("listener", "all that are eligible"),
                        entry("old", "open"),
                        entry("new", "refusing"),
                        entry("reason", "ledger at 93 %"));
        assertThat(open.message()).isEqualTo("The SYN gate is open again: ledger at 12 %.");
        assertThat(open.fields()).contains(entry("old", "refusing"), entry("new", "open"));
        assertThat(replaced.message())
                .isEqualTo(
                        "The SYN gate of listener web is accept-pause now, was kernel-filter: CAP_NET_ADMIN is missing.");
        assertThat(replaced.fields())
                .contains(entry("gate", "accept-pause"), entry("old", "kernel-filter"), entry("new", "accept-pause"));
    }
}
