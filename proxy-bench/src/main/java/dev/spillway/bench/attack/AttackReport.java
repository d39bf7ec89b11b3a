package dev.spillway.bench.attack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.spillway.bench.attack.AttackOutcome.BeforePeakAfter;
import dev.spillway.bench.attack.AttackOutcome.Kept;
import dev.spillway.bench.measure.Spread;
import dev.spillway.bench.report.Figures;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkdownTable;
import dev.spillway.bench.report.Report.Entrant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * All attacks of one run, as Markdown with medians and as JSON with every figure.
 *
 * @param startedAt when it began
 * @param took how long it took
 * @param command the words after the jar that repeat it
 * @param machine what it ran on
 * @param entrants the contenders
 * @param plan how large and how long
 * @param outcomes in the order in which they were had; several of one attack and contender are rounds
 * @param failures what could not be run, and why
 */
public record AttackReport(
        Instant startedAt,
        Duration took,
        String command,
        Machine machine,
        List<Entrant> entrants,
        AttackTrial.Plan plan,
        List<AttackOutcome> outcomes,
        List<String> failures) {
    /** The title of its section in a document. */
    public static final String SECTION = "spillway-bench-attack";

    private static final int FORMAT = 1;
    private static final double MEBI = 1 << 20;
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Copies the lists. */
    public AttackReport {
        entrants = List.copyOf(entrants);
        outcomes = List.copyOf(outcomes);
        failures = List.copyOf(failures);
    }

    /** The rounds of one attack on one contender. */
    private record Rounds(Attack attack, String contender, List<AttackOutcome> outcomes) {
        double median(ToDoubleFunction<AttackOutcome> of) {
            return Spread.of(outcomes.stream().map(of::applyAsDouble).toList()).median();
        }

        String milliseconds(Function<AttackOutcome, OptionalDouble> of) {
            List<Double> known = outcomes.stream()
                    .map(of)
                    .filter(OptionalDouble::isPresent)
                    .map(OptionalDouble::getAsDouble)
                    .toList();
            return known.isEmpty() ? "–" : Figures.of(Spread.of(known).median());
        }

        String share(Service service) {
            return Figures.of(100 * median(outcome -> kept(outcome, service).share()));
        }

        String mebibytes(Function<AttackOutcome, BeforePeakAfter> of) {
            return Figures.of(median(outcome -> of.apply(outcome).before() / MEBI)) + " / "
                    + Figures.of(median(outcome -> of.apply(outcome).peak() / MEBI)) + " / "
                    + Figures.of(median(outcome -> of.apply(outcome).after() / MEBI));
        }

        private static Kept kept(AttackOutcome outcome, Service service) {
            return Objects.requireNonNull(outcome.services().get(service.id()), service::id);
        }
    }

    /** The text, with a line end. */
    public String markdown() {
        List<Rounds> all = rounds();
        StringBuilder text = new StringBuilder(header());
        if (!all.isEmpty()) {
            text.append(
                    "\nWhat honest clients kept of their undisturbed rate while the attack lasted, in percent:\n\n");
            text.append(MarkdownTable.of(honest(all)));
            text.append("\nHow soon it was over, and what it cost:\n\n");
            text.append(MarkdownTable.of(memory(all)));
        }
        if (!failures.isEmpty()) {
            text.append("\nNot run:\n\n");
            failures.forEach(failure ->
                    text.append("- ").append(failure.replaceAll("\\s+", " ")).append('\n'));
        }
        return text.toString();
    }

    private String header() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Measured on %s in %d s by `java -jar proxy-bench/target/spillway-bench.jar %s`, on %d × %s, %d MiB,"
                        + " Linux %s; load average before the run %.2f. %d hostile clients, at most %d connects of theirs"
                        + " a second, %s MiB of kernel TCP memory for the proxy, %d s each.%n%n",
                WHEN.format(startedAt),
                took.toSeconds(),
                command,
                machine.processors(),
                machine.processor(),
                machine.memoryMiB(),
                machine.kernel(),
                machine.loadAverage(),
                plan.clients(),
                plan.connectsPerSecond(),
                Figures.of(plan.tcpMemory() / MEBI),
                plan.attack().toSeconds()));
        for (Entrant entrant : entrants) {
            text.append("- **%s**: %s. %s.%n".formatted(entrant.name(), entrant.version(), entrant.setUp()));
        }
        return text.toString();
    }

    private static List<List<String>> honest(List<Rounds> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "attack",
                "proxy",
                "512 B, old",
                "512 B, new",
                "64 KiB, old",
                "64 KiB, new",
                "long-lived lost of " + Service.LONG_LIVED.clients(),
                "99 % of 64 KiB, old: calm / attack, ms"));
        for (Rounds rounds : all) {
            rows.add(List.of(
                    rounds.attack().id(),
                    rounds.contender(),
                    rounds.share(Service.SMALL_OLD),
                    rounds.share(Service.SMALL_NEW),
                    "**" + rounds.share(Service.LARGE_OLD) + "**",
                    "**" + rounds.share(Service.LARGE_NEW) + "**",
                    Figures.of(rounds.median(AttackOutcome::longLived)),
                    Figures.of(rounds.median(outcome ->
                                    Rounds.kept(outcome, Service.LARGE_OLD).calmMillis()))
                            + " / "
                            + Figures.of(rounds.median(outcome ->
                                    Rounds.kept(outcome, Service.LARGE_OLD).attackMillis()))));
        }
        return rows;
    }

    private static List<List<String>> memory(List<Rounds> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "attack",
                "proxy",
                "first kill, ms after crossing",
                "as attackers saw it, ms",
                "to below the low mark, ms",
                "at or above the high mark, ms",
                "TCP memory of the proxy before / peak / after, MiB",
                "of the machine, MiB",
                "back after the attack, ms",
                "attackers closed",
                "connected at the end",
                "resident, MiB"));
        for (Rounds rounds : all) {
            rows.add(List.of(
                    rounds.attack().id(),
                    rounds.contender(),
                    rounds.milliseconds(AttackOutcome::toFirstKill),
                    rounds.milliseconds(AttackOutcome::seenFirstKill),
                    Figures.of(rounds.median(AttackOutcome::toTarget)),
                    Figures.of(rounds.median(AttackOutcome::aboveHigh)),
                    rounds.mebibytes(AttackOutcome::memory),
                    rounds.mebibytes(AttackOutcome::machine),
                    rounds.milliseconds(AttackOutcome::back),
                    Figures.of(rounds.median(outcome -> outcome.attackers().closed())),
                    Figures.of(rounds.median(outcome -> outcome.attackers().connected())),
                    Figures.of(rounds.median(outcome -> outcome.residentBytes() / MEBI))));
        }
        return rows;
    }

    private List<Rounds> rounds() {
        Map<String, List<AttackOutcome>> grouped = outcomes.stream()
                .collect(Collectors.groupingBy(
                        outcome -> outcome.attack().ordinal() + outcome.contender(),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return grouped.values().stream()
                .map(group -> new Rounds(group.get(0).attack(), group.get(0).contender(), group))
                .toList();
    }

    /** Every figure, with a line end. */
    public String json() {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("format", FORMAT);
        root.put("started-at", startedAt.toString());
        root.put("took-seconds", took.toMillis() / 1e3);
        root.put("command", command);
        root.put("clients", plan.clients());
        root.put("connects-per-second", plan.connectsPerSecond());
        root.put("tcp-memory-bytes", plan.tcpMemory());
        root.put("attack-seconds", plan.attack().toSeconds());
        root.set("machine", mapper.valueToTree(machine));
        root.set("contenders", mapper.valueToTree(entrants));
        outcomes.forEach(outcome -> add(root.withArray("outcomes").addObject(), outcome));
        failures.forEach(root.putArray("failures")::add);
        try {
            return mapper.writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("a tree in memory cannot be written", e);
        }
    }

    private static void add(ObjectNode to, AttackOutcome outcome) {
        to.put("attack", outcome.attack().id());
        to.put("contender", outcome.contender());
        outcome.services()
                .forEach((service, kept) -> to.withObject("/services")
                        .putObject(service)
                        .put("calm-per-second", kept.calmRate())
                        .put("attack-per-second", kept.attackRate())
                        .put("kept", kept.share())
                        .put("failed", kept.failed())
                        .put("late", kept.late())
                        .put("calm-p99-ms", kept.calmMillis())
                        .put("attack-p99-ms", kept.attackMillis()));
        to.put("long-lived-lost", outcome.longLived());
        to.put("long-lived-late", outcome.lateLives());
        put(to, "crossing-ms", outcome.crossing());
        put(to, "first-kill-ms", outcome.toFirstKill());
        put(to, "first-kill-seen-ms", outcome.seenFirstKill());
        to.put("to-low-ms", outcome.toTarget());
        to.put("above-high-ms", outcome.aboveHigh());
        put(to, "back-ms", outcome.back());
        put(to.putObject("tcp-memory-bytes"), outcome.memory());
        put(to.putObject("machine-tcp-memory-bytes"), outcome.machine());
        to.putObject("attackers")
                .put("connected", outcome.attackers().connected())
                .put("connects", outcome.attackers().connects())
                .put("closed", outcome.attackers().closed())
                .put("refused", outcome.attackers().refused());
        to.put("resident-bytes", outcome.residentBytes());
        outcome.self()
                .ifPresent(self -> to.putObject("says")
                        .put("signal", self.signal())
                        .put("episodes", self.episodes())
                        .put("closed", self.closed()));
    }

    private static void put(ObjectNode to, String name, OptionalDouble figure) {
        figure.ifPresent(value -> to.put(name, value));
    }

    private static void put(ObjectNode to, BeforePeakAfter bytes) {
        to.put("before", bytes.before()).put("peak", bytes.peak()).put("after", bytes.after());
    }
}
