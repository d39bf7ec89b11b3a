package dev.spillway.server.container;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a class of tests only where a control group can limit memory: as root, with cgroup version 1. Elsewhere the class is
 * skipped, and the reason printed; with {@code SPILLWAY_REQUIRE_CGROUPS=true}, as {@code .ci/run} sets it, it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresMemoryGroups.Condition.class)
@interface RequiresMemoryGroups {
    /** A group is made and removed. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<String> lack = MemoryGroup.lack();
            if (lack.isEmpty()) {
                return enabled("a group can be made");
            }
            if (Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_CGROUPS"))) {
                throw new IllegalStateException(lack.get() + ", and SPILLWAY_REQUIRE_CGROUPS=true forbids to skip");
            }
            System.out.println("[WARNING] skipped: " + context.getDisplayName() + ": " + lack.get());
            return disabled(lack.get());
        }
    }
}
