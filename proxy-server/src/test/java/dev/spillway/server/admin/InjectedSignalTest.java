package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.events.Event;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/v1/signals/injected} over real HTTP. */
class InjectedSignalTest {
    private static final String PATH = "/api/v1/signals/injected";

    private AdminFixture admin;

    @BeforeEach
    void start() throws Exception {
        admin = new AdminFixture(AdminFixture.open());
    }

    @AfterEach
    void end() {
        admin.close();
    }

    private Response ask(String method, String body, String... headers) throws IOException {
        return Wire.ask(admin.address(), ChangeFixture.json(method + " " + PATH, body, headers));
    }

    private List<Event> audit() {
        return admin.events.latest(100, event -> event.id().number() == 3008).events().stream()
                .map(logged -> logged.event())
                .toList();
    }

    @Test
    void aLevelHoldsForSoLongAndIsAudited() throws IOException {
        Response set = ask("PUT", "{\"level\":0.97,\"seconds\":10}");
        assertThat(set.status()).isEqualTo(200);
        assertThat(set.body()).isEqualTo("{\"injected\":true,\"level\":0.97,\"seconds\":10}\n");
        assertThat(ask("PUT", "{\"level\":1,\"seconds\":3600}").status()).isEqualTo(200);
        assertThat(ask("DELETE", "{}").body()).startsWith("{\"injected\":false");
        assertThat(admin.proxy.injected).containsExactly("0.97 for 10 s", "1.0 for 3600 s", "ended");
        assertThat(audit())
                .extracting(Event::message)
                .containsExactly(
                        "The signal injected was set to 0.97 for 10 s by 127.0.0.1.",
                        "The signal injected was set to 1.0 for 3600 s by 127.0.0.1.",
                        "The signal injected was set free by 127.0.0.1.");
        assertThat(audit().get(0).fields())
                .containsEntry("who", "127.0.0.1")
                .containsEntry("level", 0.97)
                .containsEntry("seconds", 10);
    }

    @Test
    void aSignalThatIsNotOnIsRefusedWithTheKeyThatSwitchesItOn() throws IOException {
        admin.proxy.injectable = false;
        Response refused = ask("PUT", "{\"level\":0.97,\"seconds\":10}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body())
                .isEqualTo("{\"error\":\"signal injected: is not watched\",\"expected\":"
                        + "\"pressure.signals.injected.enabled = true in the configuration, and a reload; nothing was"
                        + " changed\"}\n");
        assertThat(audit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                             | level: missing
            {"level":0.5}                  | seconds: missing
            {"level":1.01,"seconds":10}    | level: 1.01
            {"level":-0.1,"seconds":10}    | level: -0.1
            {"level":"0.5","seconds":10}   | level: 0.5
            {"level":0.5,"seconds":0}      | seconds: 0
            {"level":0.5,"seconds":3601}   | seconds: 3601
            {"level":0.5,"seconds":1.5}    | seconds: 1.5
            {"level":0.5,"second":1,"seconds":1} | second: unknown
            """)
    void whatIsNoLevelChangesNothing(String body, String problem) throws IOException {
        Response response = ask("PUT", body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(problem);
        assertThat(admin.proxy.injected).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @Test
    void aStrangersPageAndWhoHasNoTokenChangeNothing() throws Exception {
        assertThat(ask("PUT", "{\"level\":1,\"seconds\":9}", "Origin: http://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(ask("DELETE", "{}", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
        Response got = Wire.get(admin.address(), PATH);
        assertThat(got.status()).isEqualTo(405);
        assertThat(got.header("allow")).isEqualTo("DELETE, PUT");
        assertThat(admin.proxy.injected).isEmpty();
        try (AdminFixture guarded = new AdminFixture(AdminFixture.named())) {
            String set = ChangeFixture.json("PUT " + PATH, "{\"level\":1,\"seconds\":9}");
            assertThat(Wire.ask(guarded.address(), set).status()).isEqualTo(401);
            assertThat(guarded.proxy.injected).isEmpty();
        }
    }
}
