package dev.spillway.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EchoLoanTest {
    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = Backend.start();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void aLentServiceIsServedInTheBorrowersTurnsAndByItsOwnThreadAfterwards() throws Exception {
        try (SocketChannel client = SocketChannel.open(backend.endpoints().echo())) {
            try (Backend.EchoLoan loan = backend.lendEcho()) {
                client.write(ByteBuffer.wrap(new byte[] {1}));
                client.configureBlocking(false);
                ByteBuffer answer = ByteBuffer.allocate(1);
                while (client.read(answer) == 0) {
                    loan.turn();
                }
                assertThat(answer.get(0)).isEqualTo((byte) 1);
            }
            client.configureBlocking(true);
            client.write(ByteBuffer.wrap(new byte[] {2}));
            ByteBuffer answer = ByteBuffer.allocate(1);
            assertThat(client.read(answer)).isOne();
            assertThat(answer.get(0)).isEqualTo((byte) 2);
        }
    }

    @Test
    void aTurnWithNothingToDoSaysSo() throws Exception {
        try (Backend.EchoLoan loan = backend.lendEcho()) {
            assertThat(loan.turn()).isFalse();
        }
    }

    @Test
    void oneLoanAtATimeAndAnotherAfterIt() throws Exception {
        try (Backend.EchoLoan loan = backend.lendEcho()) {
            assertThatThrownBy(backend::lendEcho).isInstanceOf(IllegalStateException.class);
            assertThat(loan.turn()).isFalse();
        }
        backend.lendEcho().close();
    }

    @Test
    void aServiceThatIsLentCanBeClosed() throws Exception {
        backend.lendEcho();
        // Joins its thread.
        backend.close();
        assertThatThrownBy(() -> SocketChannel.open(backend.endpoints().echo()).close())
                .isInstanceOf(IOException.class);
    }
}
