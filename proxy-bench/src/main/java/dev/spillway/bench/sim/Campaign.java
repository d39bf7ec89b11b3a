package dev.spillway.bench.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Scenarios lived through once for each seed and policy, ours first.
 *
 * @param scenarios which
 * @param seeds seeds 1 to this
 * @param ours the policy that is judged
 * @param others what it is compared with
 */
public record Campaign(List<Scenario> scenarios, int seeds, Policy ours, List<Policy> others) {
    /** @throws IllegalArgumentException if there is nothing to do */
    public Campaign {
        if (seeds <= 0) {
            throw new IllegalArgumentException("--seeds: " + seeds + " (expected: positive)");
        }
        scenarios = List.copyOf(scenarios);
        others = List.copyOf(others);
    }

    /**
     * The scenarios that begin with one of {@code names}, all if there is none; our policy against the others.
     *
     * @throws IllegalArgumentException if a name fits none
     */
    public static Campaign of(List<String> names, int seeds) {
        List<Scenario> all = Scenarios.all();
        for (String name : names) {
            if (all.stream().noneMatch(scenario -> scenario.name().startsWith(name))) {
                throw new IllegalArgumentException("--scenario: '" + name + "' (expected: the beginning of one of "
                        + String.join(", ", names()) + ")");
            }
        }
        List<Scenario> chosen = all.stream()
                .filter(scenario -> names.isEmpty() || names.stream().anyMatch(scenario.name()::startsWith))
                .toList();
        return new Campaign(chosen, seeds, Policy.OURS, Policy.OTHERS);
    }

    /** The names of all scenarios. */
    public static List<String> names() {
        return Scenarios.all().stream().map(Scenario::name).toList();
    }

    /** Does it; {@code progress} is told of each scenario when it is done. */
    public Results run(Consumer<String> progress) {
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            long began = System.nanoTime();
            Row row = row(scenario);
            rows.add(row);
            progress.accept("%s: %d honest of %d closed (others: %s), %.1f s"
                    .formatted(
                            scenario.name(),
                            row.ours().falseKills(),
                            row.ours().exposed(),
                            row.others().stream().map(Cell::falseKills).toList(),
                            (System.nanoTime() - began) / 1e9));
        }
        return new Results(this, rows);
    }

    private Row row(Scenario scenario) {
        List<Long> undisturbed = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            undisturbed.add(Simulation.undisturbed(scenario, seed));
        }
        return new Row(
                scenario,
                cell(scenario, ours, undisturbed),
                others.stream().map(other -> cell(scenario, other, undisturbed)).toList());
    }

    private Cell cell(Scenario scenario, Policy policy, List<Long> undisturbed) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            outcomes.add(Simulation.run(scenario, seed, policy));
        }
        return new Cell(policy, outcomes, undisturbed);
    }

    /** A scenario with what each policy made of it. */
    record Row(Scenario scenario, Cell ours, List<Cell> others) {
        List<Cell> cells() {
            List<Cell> cells = new ArrayList<>(List.of(ours));
            cells.addAll(others);
            return cells;
        }
    }

    /** What was found, in the order of the scenarios. */
    public record Results(Campaign campaign, List<Row> rows) {}
}
