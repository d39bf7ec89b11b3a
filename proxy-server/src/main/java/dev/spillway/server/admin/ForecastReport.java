package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.control.PressureView;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Reading;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.PrunePlan;
import dev.spillway.prune.Victim;
import dev.spillway.server.spelling.Amount;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who would be closed, in order, as {@code /api/v1/explain} shows it.
 *
 * @param summary all of it in a sentence, for whoever reads no further
 * @param supposed whether {@code level} is what was asked for, and not what was read
 * @param limit of the signal; how many victims are listed is another limit
 * @param dryRun whether nobody would be closed all the same, because MPP runs dry
 * @param episode number of the running episode, 0 in calm
 * @param demand how much has to be freed, in {@code unit}; null if nothing has to
 * @param wouldClose how many would be closed; the first of them are listed
 * @param sources of how many source groups they are
 * @param gain what that gives back together, in {@code unit}
 * @param costBytes what they cost together
 */
record ForecastReport(
        String summary,
        String signal,
        String unit,
        boolean supposed,
        double level,
        long used,
        long limit,
        double low,
        double reentry,
        double high,
        boolean dryRun,
        long episode,
        int eligible,
        int exempt,
        @Nullable Long demand,
        int wouldClose,
        int sources,
        long gain,
        boolean fallsShort,
        long costBytes,
        List<VictimReport> victims) {
    /** @param most how many victims to list */
    static ForecastReport of(Forecast forecast, ProxyView proxy, boolean supposed, int most) {
        Reading reading = forecast.reading();
        PressureView pressure = proxy.pressure();
        List<Victim> victims = forecast.plan().map(PrunePlan::victims).orElse(List.of());
        int sources = (int) victims.stream()
                .map(each -> each.connection().source())
                .distinct()
                .count();
        return new ForecastReport(
                new Sentence(
                                forecast,
                                pressure,
                                supposed,
                                sources,
                                proxy.security().mppOn())
                        .text(),
                reading.signal().label(),
                reading.signal().unit(),
                supposed,
                reading.level(),
                reading.used(),
                reading.limit(),
                forecast.marks().low(),
                forecast.marks().reentry(),
                forecast.marks().high(),
                pressure.dryRun(),
                pressure.episode(),
                forecast.eligible(),
                forecast.exempt(),
                forecast.plan().map(PrunePlan::demand).map(Demand::amount).orElse(null),
                victims.size(),
                sources,
                forecast.plan().map(PrunePlan::gain).orElse(0L),
                forecast.plan().map(PrunePlan::fallsShort).orElse(false),
                victims.stream()
                        .mapToLong(each -> each.connection().costBytes())
                        .sum(),
                victims.stream().limit(most).map(VictimReport::of).toList());
    }

    /** The summary. */
    private record Sentence(Forecast forecast, PressureView pressure, boolean supposed, int sources, boolean mppOn) {
        String text() {
            return (forecast.plan().isEmpty()
                            ? nothingToFree()
                            : forecast.plan().get().victims().isEmpty() ? nobody() : plan())
                    + (pressure.dryRun() ? " MPP is in a dry run: nobody is closed, whatever the pressure." : "");
        }

        private String signal() {
            Reading reading = forecast.reading();
            return reading.signal().label() + (supposed ? " were at " : " is at ") + Amount.percent(reading.level());
        }

        private String marks() {
            return "low mark " + Amount.percent(forecast.marks().low()) + ", high mark "
                    + Amount.percent(forecast.marks().high());
        }

        private String nothingToFree() {
            double level = forecast.reading().level();
            if (level >= forecast.marks().high()) {
                return "Nobody would be closed: " + signal() + ", but what has to be freed is on its way back ("
                        + marks() + ").";
            }
            String where = level < forecast.marks().low() ? "below its low mark" : "below its high mark";
            String running = pressure.episode() > 0 && level >= forecast.marks().low()
                    ? " Episode " + pressure.episode()
                            + " is running; until the low mark it closes those that stand still."
                    : "";
            return (supposed ? "Nobody would be closed if " : "Nobody would be closed: ") + signal() + ", " + where
                    + " (" + marks() + ")." + running;
        }

        private String nobody() {
            String reason = !mppOn
                    ? "MPP is disabled"
                    : forecast.eligible() == 0
                            ? forecast.exempt() == 0
                                    ? "there is no connection"
                                    : "none of the " + forecast.exempt()
                                            + " connections is eligible; each has an exempt port or a private or domain"
                                            + " network, or came while MPP was disabled"
                            : "none of the " + forecast.eligible() + " eligible connections holds any of it";
            return "Nobody would be closed" + (supposed ? " if " + signal() : " though " + signal()) + " (" + marks()
                    + "): " + reason + ".";
        }

        private String plan() {
            PrunePlan plan = forecast.plan().orElseThrow();
            String unit = forecast.reading().signal().unit();
            return (supposed ? "If " + signal() : capital(signal())) + " (" + marks() + "), "
                    + plan.victims().size() + " of "
                    + forecast.eligible() + " eligible connections, of " + sources
                    + (sources == 1 ? " source" : " sources") + ", would be closed, which frees "
                    + Amount.said(plan.gain(), unit) + " of the "
                    + Amount.said(plan.demand().amount(), unit) + " needed"
                    + (plan.fallsShort() ? "; that is not enough, and nobody else is eligible or holds any of it" : "")
                    + ". " + forecast.exempt() + " exempt connections stay.";
        }

        private static String capital(String text) {
            return Character.toUpperCase(text.charAt(0)) + text.substring(1);
        }
    }
}
