package dev.spillway.server.container;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The condition behind {@link RequiresDocker}. It asks the {@code docker} command and not Testcontainers, which without an
 * engine tries for a while, and without a registry for minutes.
 */
final class EngineCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> lack = Lack.FOUND;
        if (lack.isEmpty()) {
            return enabled("the engine and the images are there");
        }
        if (Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_DOCKER"))) {
            throw new IllegalStateException(lack.get() + ", and SPILLWAY_REQUIRE_DOCKER=true forbids to skip");
        }
        System.out.println("[WARNING] skipped: " + context.getDisplayName() + ": " + lack.get());
        return disabled(lack.get());
    }

    /** Looked for once in a run, when first asked for. */
    private static final class Lack {
        static final Optional<String> FOUND = find();

        private static Optional<String> find() {
            if (!HostCommand.run("docker", "info").succeeded()) {
                return Optional.of("no container engine answers \"docker info\"");
            }
            for (String image : new String[] {Images.BASE, Images.SERVICES}) {
                if (!HostCommand.run("docker", "image", "inspect", image).succeeded()) {
                    return Optional.of("the engine has no image " + image + " (docker/base-image.sh makes it)");
                }
            }
            return Optional.empty();
        }
    }
}
