package dev.spillway.server.admin;

import dev.spillway.ProxyControl;
import dev.spillway.server.events.ConnectionEvents;
import dev.spillway.server.events.Event;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** {@code /api/v1/signals/injected}: a level that an administrator sets for a time. */
final class InjectedSignal {
    private static final int MOST_SECONDS = 3600;

    private final ProxyControl proxy;
    private final Consumer<Event> events;

    InjectedSignal(ProxyControl proxy, Consumer<Event> events) {
        this.proxy = proxy;
        this.events = events;
    }

    /** What holds now. */
    record Injected(boolean injected, double level, int seconds) {}

    /** {@code PUT}. */
    Answer set(ChangeRequest request) throws BadRequest {
        Fields body = Fields.of(request.body());
        body.need("level", "a share, 0 to 1, as 0.95");
        body.need("seconds", "a whole number, 1-" + MOST_SECONDS);
        OptionalDouble level = body.share("level");
        OptionalInt seconds = body.whole("seconds", 1, MOST_SECONDS);
        body.end();
        try {
            proxy.inject(level.getAsDouble(), Duration.ofSeconds(seconds.getAsInt()));
        } catch (IllegalStateException notWatched) {
            throw BadRequest.with(
                    HttpResponseStatus.CONFLICT,
                    "signal injected: is not watched",
                    "pressure.signals.injected.enabled = true in the configuration, and a reload; nothing was changed");
        }
        events.accept(ConnectionEvents.injected(request.principal().text(), level.getAsDouble(), seconds.getAsInt()));
        return Answer.json(new Injected(true, level.getAsDouble(), seconds.getAsInt()));
    }

    /** {@code DELETE}. */
    Answer end(ChangeRequest request) throws BadRequest {
        Fields.of(request.body()).end();
        proxy.endInjection();
        events.accept(ConnectionEvents.injectionEnded(request.principal().text()));
        return Answer.json(new Injected(false, 0, 0));
    }
}
