package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.events.LoggedEvent;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /api/v1/connections/close} over real HTTP. */
class ClosingConnectionsTest {
    private static final String PATH = "/api/v1/connections/close";

    private AdminFixture admin;

    @BeforeEach
    void start() throws Exception {
        admin = new AdminFixture(AdminFixture.open());
    }

    @AfterEach
    void end() {
        admin.close();
    }

    private Response close(String body, String... headers) throws IOException {
        return Wire.ask(admin.address(), ChangeFixture.postTo(PATH, body, headers));
    }

    private List<LoggedEvent> audit() {
        return admin.events.latest(100, event -> event.id().number() == 3007).events();
    }

    @Test
    void whatBecameOfEachIsToldAndAudited() throws IOException {
        Response response = close("{\"ids\":[2,99,3,1,2]}");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"closed\":[2,1],\"unknown\":[99],\"pending\":[3]}\n");
        assertThat(admin.proxy.closeAsked).containsExactly(List.of(2L, 99L, 3L, 1L));
        assertThat(audit()).singleElement().satisfies(logged -> {
            assertThat(logged.event().message())
                    .isEqualTo(
                            "Connections were closed by 127.0.0.1: 3 (2; 1; 3), of which 1 wait for an event loop that"
                                    + " is behind; 1 that were asked for had ended.");
            assertThat(logged.event().fields())
                    .containsEntry("who", "127.0.0.1")
                    .containsEntry("closed", 2)
                    .containsEntry("unknown", 1)
                    .containsEntry("pending", 1)
                    .containsEntry("ids", List.of("2", "1", "3"));
        });
    }

    @Test
    void theAuditOfManyIsShort() throws IOException {
        String ids = LongStream.rangeClosed(0, 999).mapToObj(Long::toString).collect(Collectors.joining(","));
        assertThat(close("{\"ids\":[" + ids + "]}").status()).isEqualTo(200);
        assertThat(admin.proxy.closeAsked.get(0)).hasSize(1000);
        assertThat(audit().get(0).event().message()).hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                   | ids: missing
            {"ids":[]}           | ids: none
            {"ids":7}            | ids: 7
            {"ids":["7"]}        | ids: 7
            {"ids":[1.5,-1]}     | ids: 1.5
            {"ids":[1e3]}        | ids: 1000.0
            {"ids":[9223372036854775808]} | ids: 9223372036854775808
            {"ids":[1],"id":2}   | id: unknown
            """)
    void whatIsNoListOfIdsClosesNobody(String body, String problem) throws IOException {
        Response response = close(body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(problem);
        assertThat(admin.proxy.closeAsked).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @Test
    void moreThanAThousandAreRefused() throws IOException {
        String ids = LongStream.rangeClosed(0, 1000).mapToObj(Long::toString).collect(Collectors.joining(","));
        Response response = close("{\"ids\":[" + ids + "]}");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains("ids: 1001 of them");
        assertThat(admin.proxy.closeAsked).isEmpty();
    }

    @Test
    void aPageOfAStrangerAndAFormCloseNobody() throws IOException {
        assertThat(close("{\"ids\":[1]}", "Origin: http://evil.example").status())
                .isEqualTo(403);
        assertThat(close("{\"ids\":[1]}", "Sec-Fetch-Site: cross-site").status())
                .isEqualTo(403);
        assertThat(Wire.ask(
                                admin.address(),
                                ChangeFixture.head("POST " + PATH)
                                        + "Content-Type: text/plain\r\nContent-Length: 11\r\n\r\n{\"ids\":[1]}")
                        .status())
                .isEqualTo(415);
        assertThat(Wire.get(admin.address(), PATH).status()).isEqualTo(405);
        assertThat(admin.proxy.closeAsked).isEmpty();
    }

    @Test
    void withoutATokenNobodyIsClosedAndWithOneItsNameIsKept() throws Exception {
        try (AdminFixture guarded = new AdminFixture(AdminFixture.named())) {
            String plain = ChangeFixture.postTo(PATH, "{\"ids\":[1]}");
            assertThat(Wire.ask(guarded.address(), plain).status()).isEqualTo(401);
            assertThat(guarded.proxy.closeAsked).isEmpty();
            String alices = ChangeFixture.postTo(PATH, "{\"ids\":[1]}", "Authorization: Bearer alice-s3cret");
            assertThat(Wire.ask(guarded.address(), alices).status()).isEqualTo(200);
            assertThat(guarded.events.latest(1).events().get(0).event().fields())
                    .containsEntry("who", "token alice (127.0.0.1)");
        }
    }
}
