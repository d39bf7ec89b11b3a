package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Who closes pipes. */
@EnabledOnOs(OS.LINUX)
class PipesTest {
    private static String link(int descriptor) throws Exception {
        Path path = Path.of("/proc/self/fd/" + descriptor);
        return Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                ? Files.readSymbolicLink(path).toString()
                : "closed";
    }

    /** A relay whose event loop was ended under it gives nothing back. */
    @Test
    void thoseInUseAreClosedWithTheTransportToo() throws Exception {
        Transport transport = Transport.open(new TransportSettings(Optional.of(TransportKind.EPOLL), 1));
        Pipes pipes = transport.pipes(transport.loops().get(0));
        List<Pipe> taken = new ArrayList<>();
        transport
                .loops()
                .get(0)
                .submit(() -> {
                    for (int i = 0; i < 3; i++) {
                        taken.add(pipes.take());
                    }
                    pipes.giveBack(taken.get(0));
                })
                .sync();
        List<Integer> descriptors = taken.stream()
                .flatMap(pipe -> List.of(pipe.entry(), pipe.exit()).stream())
                .toList();
        List<String> links = new ArrayList<>();
        for (int descriptor : descriptors) {
            links.add(link(descriptor));
        }
        assertThat(links).allMatch(each -> each.startsWith("pipe:"));
        transport.close();
        for (int i = 0; i < links.size(); i++) {
            // Its number may be another's by now.
            assertThat(link(descriptors.get(i))).isNotEqualTo(links.get(i));
        }
        assertThat(pipes.open()).isZero();
        assertThat(transport.reserve().sockets()).isZero();
    }

    @Test
    void onePipeIsDroppedOnceWhoeverElseClosesIt() {
        DescriptorReserve reserve = new DescriptorReserve();
        Pipes pipes = new Pipes(reserve);
        Pipe pipe = pipes.take();
        pipes.close();
        pipes.drop(pipe);
        assertThat(pipes.open()).isZero();
        assertThat(reserve.sockets()).isZero();
    }
}
