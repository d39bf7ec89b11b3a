package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Offender;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffenderWatchTest {
    private static final long BEGIN = Long.MAX_VALUE - OffenderWatch.LOOK_NANOS / 2;

    private List<Offender> told = List.of();
    private int asked;
    private final OffenderWatch watch = new OffenderWatch(now -> {
        asked++;
        return told;
    });

    private static Offender offender(String address, long refused) {
        return new Offender(source(address), refused, 0, 0);
    }

    private static SourceGroup source(String address) {
        try {
            return SourceGroup.of(InetAddress.getByName(address), 32, 64);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(address, impossible);
        }
    }

    @Test
    void oneThatIsRefusedAtTwoListenersIsOneOffenderWithTheSumOfBoth() {
        told = List.of(offender("10.0.0.1", 100), offender("2001:db8::1", 7), offender("10.0.0.1", 20));
        assertThat(watch.look(BEGIN))
                .containsExactlyInAnyOrder(
                        new DeniedPrefix(Prefix.of(source("10.0.0.1")), 120),
                        new DeniedPrefix(Prefix.of(source("2001:db8::1")), 7));
    }

    @Test
    void theListIsTheSameObjectWhileTheSourcesAreTheSameThoughTheyAreRefusedMore() {
        told = List.of(offender("10.0.0.1", 100));
        List<DeniedPrefix> first = watch.look(BEGIN);
        told = List.of(offender("10.0.0.1", 900));
        assertThat(watch.look(BEGIN + OffenderWatch.LOOK_NANOS)).isSameAs(first);
        told = List.of(offender("10.0.0.2", 900));
        assertThat(watch.look(BEGIN + 2 * OffenderWatch.LOOK_NANOS)).isNotEqualTo(first);
    }

    @Test
    void listenersAreAskedOnceASecondAlsoWhereTheClockWrapsAround() {
        watch.look(BEGIN);
        watch.look(BEGIN + OffenderWatch.LOOK_NANOS - 1);
        assertThat(asked).isEqualTo(1);
        watch.look(BEGIN + OffenderWatch.LOOK_NANOS);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void afterAnEpisodeNobodyIsKeptOutAndTheNextOneBeginsWithALook() {
        told = List.of(offender("10.0.0.1", 100));
        watch.look(BEGIN);
        watch.forget();
        told = List.of();
        assertThat(watch.look(BEGIN + 1)).isEmpty();
    }
}
