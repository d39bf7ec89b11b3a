package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The sockets that one round of epoll has told of. */
@EnabledOnOs(OS.LINUX)
class ReadySocketsTest {
    private final ReadySockets round = new ReadySockets(4);
    private final List<BareSocket> sockets = new ArrayList<>();
    private final List<String> happened = new ArrayList<>();

    @BeforeAll
    static void loadTheLibrary() {
        Epoll.ensureAvailability();
    }

    @AfterEach
    void closeAll() {
        sockets.forEach(BareSocket::close);
    }

    /** Notes what happens to it; {@code then} is done when it is told. */
    private BareSocket socket(Runnable then) {
        BareSocket made = BareSocket.of(LinuxSocket.newSocketStream(SocketProtocolFamily.INET));
        int number = sockets.size();
        made.owner(new BareSocket.Owner() {
            @Override
            public void ready(BareSocket socket, int events) {
                assertThat(socket).isSameAs(made);
                happened.add(number + ":" + events);
                then.run();
            }

            @Override
            public int look() {
                happened.add(number + "?");
                return number;
            }

            @Override
            public void failed(Throwable fault) {
                happened.add(number + "!");
            }
        });
        made.gather(round);
        sockets.add(made);
        return made;
    }

    @Test
    void theyAreLookedAtBeforeTheFirstIsToldAndAreToldInTheirOrder() {
        round.add(socket(() -> {}), BareSocket.READABLE);
        round.add(socket(() -> {}), BareSocket.WRITABLE);
        assertThat(happened).isEmpty();
        round.tell();
        assertThat(happened).containsExactly("0?", "1?", "0:1", "1:4");
    }

    @Test
    void ofALargeRoundAFewAreLookedAtWhenTheyAreToldSoon() {
        ReadySockets large = new ReadySockets(3 * ReadySockets.LOOKED_AT_ONCE);
        List<String> expected = new ArrayList<>();
        for (int from = 0; from < 2 * ReadySockets.LOOKED_AT_ONCE; from += ReadySockets.LOOKED_AT_ONCE) {
            IntStream few = IntStream.range(from, from + ReadySockets.LOOKED_AT_ONCE);
            expected.addAll(few.mapToObj(each -> each + "?").toList());
            IntStream again = IntStream.range(from, from + ReadySockets.LOOKED_AT_ONCE);
            expected.addAll(again.mapToObj(each -> each + ":1").toList());
        }
        int last = 2 * ReadySockets.LOOKED_AT_ONCE;
        expected.addAll(List.of(last + "?", last + ":1"));
        for (int i = 0; i <= last; i++) {
            large.add(socket(() -> {}), BareSocket.READABLE);
        }
        large.tell();
        assertThat(happened).isEqualTo(expected);
    }

    @Test
    void eachIsToldOnce() {
        round.add(socket(() -> {}), BareSocket.READABLE);
        round.tell();
        round.tell();
        assertThat(happened).containsExactly("0?", "0:1");
    }

    @Test
    void whoWasClosedByOneBeforeItIsNotTold() {
        BareSocket victim = socket(() -> {});
        round.add(socket(victim::close), BareSocket.READABLE);
        round.add(victim, BareSocket.READABLE);
        round.tell();
        assertThat(happened).containsExactly("1?", "0?", "1:1");
    }

    @Test
    void aFaultOfOneDoesNotKeepTheOthersFromBeingTold() {
        round.add(
                socket(() -> {
                    throw new OutOfMemoryError("made for this test");
                }),
                BareSocket.READABLE);
        round.add(socket(() -> {}), BareSocket.READABLE);
        round.tell();
        assertThat(happened).containsExactly("0?", "1?", "0:1", "0!", "1:1");
    }

    @Test
    void whereTheyAreMoreThanARoundHasTheFirstAreToldAtOnce() {
        BareSocket one = socket(() -> {});
        IntStream.rangeClosed(1, 5).forEach(event -> round.add(one, event));
        assertThat(happened).containsExactly("0?", "0?", "0?", "0?", "0:1", "0:2", "0:3", "0:4");
        round.tell();
        assertThat(happened).hasSize(10).endsWith("0?", "0:5");
    }

    @Test
    void anOwnerThatThrowsAgainAndAgainKeepsNobodyElseFromBeingTold() {
        BareSocket broken = BareSocket.of(LinuxSocket.newSocketStream(SocketProtocolFamily.INET));
        sockets.add(broken);
        broken.owner(new BareSocket.Owner() {
            @Override
            public void ready(BareSocket socket, int events) {
                throw new OutOfMemoryError("made for this test");
            }

            @Override
            public int look() {
                throw new OutOfMemoryError("made for this test");
            }

            @Override
            public void failed(Throwable fault) {
                throw new OutOfMemoryError("made for this test");
            }
        });
        round.add(broken, BareSocket.READABLE);
        round.add(socket(() -> {}), BareSocket.READABLE);
        round.tell();
        assertThat(happened).containsExactly("1?", "1:1");
        round.tell();
        assertThat(happened).hasSize(2);
    }
}
