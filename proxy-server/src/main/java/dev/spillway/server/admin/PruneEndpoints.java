package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.prune.Forecast;
import dev.spillway.server.admin.Query.BadParameter;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What is shown of closing for want of memory: who would be closed, and who was. */
final class PruneEndpoints {
    private static final List<String> OF_A_JUDGEMENT = List.of("listener", "local", "from");
    private static final List<String> OF_A_FORECAST = List.of("signal", "level", "limit");

    private final ProxyView proxy;
    private final SecurityEndpoints security;

    PruneEndpoints(ProxyView proxy, SecurityEndpoints security) {
        this.proxy = proxy;
        this.security = security;
    }

    /** {@code GET /api/v1/explain}: how a connection is judged, if one is named, and else who would be closed. */
    Answer explain(Query query) throws BadParameter {
        Optional<String> judged = OF_A_JUDGEMENT.stream().filter(query::has).findFirst();
        Optional<String> forecast = OF_A_FORECAST.stream().filter(query::has).findFirst();
        if (judged.isPresent() && forecast.isPresent()) {
            throw new BadParameter(
                    "parameter " + forecast.get() + ": beside " + judged.get(),
                    "one kind of question: signal, level and limit ask who would be closed; listener, local and from how a"
                            + " connection is judged");
        }
        return judged.isPresent() ? security.explain(query) : forecast(query);
    }

    private Answer forecast(Query query) throws BadParameter {
        Optional<Signal> signal = signal(query);
        OptionalDouble level = query.share("level");
        int most = Endpoints.limit(query);
        try {
            Forecast forecast = proxy.forecast(signal, level);
            return Answer.json(ForecastReport.of(forecast, proxy, level.isPresent(), most));
        } catch (IllegalStateException notYet) {
            return Answer.problem(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, "signals: not read yet", "the same again, in a moment");
        } catch (IllegalArgumentException changedMeanwhile) {
            throw new BadParameter("parameter signal: not to be read any more", readable());
        }
    }

    private Optional<Signal> signal(Query query) throws BadParameter {
        if (!query.has("signal")) {
            return Optional.empty();
        }
        String word = query.word(
                "signal", "", Arrays.stream(Signal.values()).map(Signal::label).toArray(String[]::new));
        Signal signal = Arrays.stream(Signal.values())
                .filter(each -> each.label().equals(word))
                .findFirst()
                .orElseThrow();
        boolean anyRead = proxy.pressure().evaluation().isPresent();
        if (anyRead && readings().stream().noneMatch(reading -> reading.signal() == signal)) {
            throw new BadParameter(
                    "parameter signal: " + word + ", which is not read here: " + PressureReport.whyNot(proxy, signal),
                    readable());
        }
        return Optional.of(signal);
    }

    private String readable() {
        return "one of "
                + readings().stream().map(reading -> reading.signal().label()).collect(Collectors.joining(", "));
    }

    private List<Reading> readings() {
        return proxy.pressure().evaluation().map(each -> each.readings()).orElse(List.of());
    }

    /** {@code GET /api/v1/kills}. */
    Answer kills(Query query) throws BadParameter {
        return Answer.json(KillsReport.of(proxy, Endpoints.limit(query)));
    }
}
