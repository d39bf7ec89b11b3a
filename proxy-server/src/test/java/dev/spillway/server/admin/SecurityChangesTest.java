package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.store.Asked;
import dev.spillway.server.store.Audit;
import dev.spillway.server.store.Layer;
import dev.spillway.server.store.Origin;
import dev.spillway.server.store.SettingKey;
import dev.spillway.server.store.SettingsStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of changes that the store does not make. */
class SecurityChangesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ChangeRequest request(String body) throws Exception {
        return new ChangeRequest(
                "/api/v1/security",
                new Principal(Optional.empty(), "127.0.0.1"),
                Optional.of("*"),
                JSON.readTree(body));
    }

    private static SecurityChanges changes(Layer file) {
        return new SecurityChanges(new FakeProxy(), SettingsStore.open(Optional.empty(), file, Audit.NONE));
    }

    @Test
    void whatCannotBeKeptIsToldWithOneExpectation() throws Exception {
        Answer answer = changes(Layer.EMPTY).set(request("{\"set\":{\"mpp\":\"disabled\"}}"));
        assertThat(answer.status().code()).isEqualTo(507);
        JsonNode told = JSON.readTree(answer.body());
        assertThat(told.path("error").asText()).isEqualTo("there is no store in this process");
        assertThat(told.path("expected").asText())
                .isEqualTo("store=active, which is lost at the end; nothing was changed");
    }

    @Test
    void aRuleForAnInterfaceThatIsNotThereSaysSo() throws Exception {
        Answer answer = changes(Layer.EMPTY)
                .set(request("{\"store\":\"active\",\"set\":{\"interfaces.ethh0.profile\":\"private\","
                        + "\"interfaces.10.0.0.0/8.profile\":\"private\"}}"));
        assertThat(answer.status().code()).isEqualTo(200);
        JsonNode notes = JSON.readTree(answer.body()).path("notes");
        assertThat(notes).hasSize(1);
        assertThat(notes.path(0).asText()).startsWith("there is no interface ethh0 now");
    }

    @Test
    void whatIsTooMuchIsToldWithTheLimit() throws Exception {
        Layer file = Layer.EMPTY;
        for (int i = 0; i < 4096; i++) {
            file = file.with(
                    SettingKey.find("interfaces.eth" + i + ".mpp").orElseThrow(),
                    new Asked("disabled", Origin.file("spillway.conf:1")));
        }
        SecurityChanges full = changes(file);
        ChangeRequest oneMore = request("{\"store\":\"active\",\"set\":{\"interfaces.wlan0.mpp\":\"disabled\"}}");
        BadRequest refused = catchThrowableOfType(BadRequest.class, () -> full.set(oneMore));
        JsonNode told = JSON.readTree(refused.answer().body()).path("problems").path(0);
        assertThat(told.path("error").asText()).isEqualTo("interfaces: 4097 values");
        assertThat(told.path("expected").asText()).isEqualTo("at most 4096");
    }
}
