package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.Settings;
import dev.spillway.transport.TransportKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the relay owes to both peers, where it may not splice; elsewhere than on epoll it never does. */
class CopyingRelayTest extends RelayTest {
    private final List<Proxy> proxies = new ArrayList<>();

    @Override
    Settings settings(TransportKind kind) {
        assumeTrue(kind == TransportKind.EPOLL, "copies anyway");
        return super.settings(kind).chunk(0);
    }

    @Override
    Proxy start(Settings settings) throws Exception {
        Proxy proxy = super.start(settings);
        proxies.add(proxy);
        return proxy;
    }

    @AfterEach
    void nothingWasSpliced() {
        assertThat(proxies).allSatisfy(proxy -> {
            assertThat(proxy.relays().splicedBytes()).isZero();
            assertThat(proxy.relays().pipes()).isZero();
        });
    }
}
