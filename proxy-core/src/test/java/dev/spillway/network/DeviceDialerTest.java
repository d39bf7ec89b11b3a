package dev.spillway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spillway.network.Dialer.Outcome;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceDialerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private EventLoop loop(boolean epoll) {
        assumeThat(!epoll || Epoll.isAvailable()).isTrue();
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
        open.add(() -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());
        return group.next();
    }

    private static LocalAddress loopback() throws SocketException {
        return new LocalAddress(Lists.loopbackName(), 1, Lists.address("127.0.0.5"));
    }

    private Outcome dial(boolean epoll, LocalAddress from, InetSocketAddress to, Duration timeout) throws Exception {
        EventLoop loop = loop(epoll);
        DeviceDialer dialer = new DeviceDialer(loop, epoll);
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        loop.execute(() -> dialer.dial(
                from, to, timeout, told -> assertThat(outcome.complete(told)).isTrue()));
        return outcome.get(20, TimeUnit.SECONDS);
    }

    private ServerSocket controller() throws IOException {
        return keep(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aControllerAnswersFromTheAddressItselfAndIsResetAtOnce(boolean epoll) throws Exception {
        ServerSocket controller = controller();
        Outcome outcome = dial(epoll, loopback(), (InetSocketAddress) controller.getLocalSocketAddress(), TIMEOUT);
        assertThat(outcome).isEqualTo(new Outcome.Answered(epoll));
        Socket accepted = keep(controller.accept());
        accepted.setSoTimeout(10_000);
        assertThat(((InetSocketAddress) accepted.getRemoteSocketAddress()).getHostString())
                .isEqualTo("127.0.0.5");
        assertThatThrownBy(() -> accepted.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClosedPortIsSilence(boolean epoll) throws Exception {
        InetSocketAddress closed;
        try (ServerSocket gone = controller()) {
            closed = (InetSocketAddress) gone.getLocalSocketAddress();
        }
        assertThat(dial(epoll, loopback(), closed, TIMEOUT))
                .isInstanceOfSatisfying(
                        Outcome.Silent.class,
                        silent -> assertThat(silent.why()).containsIgnoringCase("connection refused"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aControllerThatTakesTooLongIsSilence(boolean epoll) throws Exception {
        ServerSocket hole = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        fill(hole);
        assertThat(dial(epoll, loopback(), (InetSocketAddress) hole.getLocalSocketAddress(), Duration.ofMillis(150)))
                .isEqualTo(new Outcome.Silent("no answer within 150 ms"));
    }

    private void fill(ServerSocket hole) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket filler = keep(new Socket());
            try {
                filler.connect(hole.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IOException("a queue of one took twenty connections");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAddressThatIsNotHereIsSilence(boolean epoll) throws Exception {
        LocalAddress elsewhere = new LocalAddress(Lists.loopbackName(), 1, Lists.address("198.18.255.254"));
        assertThat(dial(epoll, elsewhere, (InetSocketAddress) controller().getLocalSocketAddress(), TIMEOUT))
                .isInstanceOf(Outcome.Silent.class);
    }

    @Test
    void aDeviceThatIsNotHereIsSilence() throws Exception {
        LocalAddress gone = new LocalAddress("no-such-device", 99, Lists.address("127.0.0.1"));
        assertThat(dial(true, gone, (InetSocketAddress) controller().getLocalSocketAddress(), TIMEOUT))
                .isInstanceOfSatisfying(
                        Outcome.Silent.class, silent -> assertThat(silent.why()).contains("No such device"));
    }

    @Test
    void aSocketThatCannotBeRegisteredIsToldOfAndClosed() throws Exception {
        EventLoop loop = loop(true);
        DeviceDialer dialer = new DeviceDialer(loop, false);
        InetSocketAddress to = (InetSocketAddress) controller().getLocalSocketAddress();
        LocalAddress from = loopback();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        loop.submit(() -> dialer.dial(from, to, TIMEOUT, outcome::complete).cancel())
                .get(5, TimeUnit.SECONDS);
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(Outcome.Unasked.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDialThatIsCancelledTellsItOnceAndSoon(boolean epoll) throws Exception {
        ServerSocket hole = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        fill(hole);
        EventLoop loop = loop(epoll);
        DeviceDialer dialer = new DeviceDialer(loop, epoll);
        LocalAddress from = loopback();
        List<Outcome> told = new ArrayList<>();
        CompletableFuture<Outcome> first = new CompletableFuture<>();
        loop.execute(() -> {
            Dialer.Dial dial = dialer.dial(from, (InetSocketAddress) hole.getLocalSocketAddress(), TIMEOUT, outcome -> {
                told.add(outcome);
                first.complete(outcome);
            });
            dial.cancel();
            dial.cancel();
        });
        assertThat(first.get(5, TimeUnit.SECONDS)).isInstanceOf(Outcome.Silent.class);
        loop.submit(() -> assertThat(told).hasSize(1)).get(5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12, 23, 24, 98, 105})
    void whatThisMachineLacksSaysNothingOfTheNetwork(int errorNumber) {
        assumeThat(Epoll.isAvailable()).isTrue();
        assertThat(DeviceDialer.failed(new Errors.NativeIoException("bind", -errorNumber), TIMEOUT, true))
                .isInstanceOf(Outcome.Unasked.class);
    }

    @Test
    void theSameIsKnownOfTheJdksSockets() {
        assertThat(DeviceDialer.failed(new SocketException("Too many open files"), TIMEOUT, true))
                .isInstanceOf(Outcome.Unasked.class);
        assertThat(DeviceDialer.failed(new BindException("Address already in use"), TIMEOUT, true))
                .isInstanceOf(Outcome.Unasked.class);
        assertThat(DeviceDialer.failed(new OutOfMemoryError("Cannot reserve direct memory"), TIMEOUT, true))
                .isInstanceOf(Outcome.Unasked.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 19, 99, 100, 101, 111, 113})
    void whatTheNetworkRefusesIsSilence(int errorNumber) {
        assumeThat(Epoll.isAvailable()).isTrue();
        assertThat(DeviceDialer.failed(new Errors.NativeIoException("connect", -errorNumber), TIMEOUT, true))
                .isInstanceOf(Outcome.Silent.class);
    }

    @Test
    void aControllerThatResetsAtOnceHasAnswered() {
        assumeThat(Epoll.isAvailable()).isTrue();
        assertThat(DeviceDialer.failed(new Errors.NativeIoException("finishConnect", -104), TIMEOUT, true))
                .isEqualTo(new Outcome.Answered(true));
        assertThat(DeviceDialer.failed(new SocketException("Connection reset"), TIMEOUT, false))
                .isEqualTo(new Outcome.Answered(false));
    }
}
