package dev.spillway.server.namespace;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The condition behind {@link RequiresNamespaces}: it makes the networks once, and takes them down again. */
final class NamespacesCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> lack = Lack.FOUND;
        if (lack.isEmpty()) {
            return enabled("network namespaces can be made");
        }
        if (Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_NAMESPACES"))) {
            throw new IllegalStateException(lack.get() + ", and SPILLWAY_REQUIRE_NAMESPACES=true forbids to skip");
        }
        System.out.println("[WARNING] skipped: " + context.getDisplayName() + ": " + lack.get());
        return disabled(lack.get());
    }

    /** Looked for once in a run, when first asked for. */
    private static final class Lack {
        static final Optional<String> FOUND = find();

        private static Optional<String> find() {
            try (Namespaces all = Namespaces.make()) {
                all.run(Optional.empty(), "true");
                return Optional.empty();
            } catch (IllegalStateException refused) {
                return Optional.of("no network namespaces here: " + refused.getMessage());
            }
        }
    }
}
