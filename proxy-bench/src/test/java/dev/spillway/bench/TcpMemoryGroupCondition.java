package dev.spillway.bench;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import dev.spillway.bench.attack.TcpMemoryGroup;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The condition behind {@link RequiresTcpMemoryGroups}: a group is made and removed. */
public final class TcpMemoryGroupCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> lack = lack();
        lack.ifPresent(reason -> System.out.println("[WARNING] skipped: " + context.getDisplayName() + ": " + reason));
        return lack.isEmpty() ? enabled("a group can be made") : disabled(lack.get());
    }

    /**
     * Why no control group can limit TCP memory here; empty if one can.
     *
     * @throws IllegalStateException if none can, and nothing may be left out for it
     */
    public static Optional<String> lack() {
        if (Lack.FOUND.isPresent() && Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_CGROUPS"))) {
            throw new IllegalStateException(
                    Lack.FOUND.get() + ", and SPILLWAY_REQUIRE_CGROUPS=true forbids to do without");
        }
        return Lack.FOUND;
    }

    /** Looked for once in a run, when first asked for. */
    private static final class Lack {
        static final Optional<String> FOUND = find();

        private static Optional<String> find() {
            try {
                TcpMemoryGroup.create(1 << 20).close();
                return Optional.empty();
            } catch (IOException refused) {
                return Optional.of(refused.getMessage());
            }
        }
    }
}
