package dev.spillway.server;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Holds the line between the server's rooms: spelling knows nobody, events tell nobody, meters and the admin plane look at
 * events, the configuration knows the settings of both, and only the root knows everyone. The grammar of netsh and the
 * reader of registry files know nothing but spelling, the client of the admin plane nothing of the plane.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.spillway.server";
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static ArchRule order(String... configMayBeSeenBy) {
        return layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("spelling")
                .definedBy(ROOT + ".spelling..")
                .layer("events")
                .definedBy(ROOT + ".events..")
                .layer("store")
                .definedBy(ROOT + ".store..")
                .layer("metrics")
                .definedBy(ROOT + ".metrics..")
                .layer("admin")
                .definedBy(ROOT + ".admin..")
                .layer("config")
                .definedBy(ROOT + ".config..")
                .layer("demo")
                .definedBy(ROOT + ".demo..")
                .layer("netsh")
                .definedBy(ROOT + ".netsh..")
                .layer("registry")
                .definedBy(ROOT + ".registry..")
                .layer("client")
                .definedBy(ROOT + ".client..")
                .layer("screen")
                .definedBy(ROOT + ".screen..")
                .layer("cli")
                .definedBy(ROOT + ".cli..")
                .layer("root")
                .definedBy(ROOT)
                .whereLayer("spelling")
                .mayOnlyBeAccessedByLayers("events", "store", "admin", "config", "netsh", "registry", "screen", "cli")
                .whereLayer("events")
                .mayOnlyBeAccessedByLayers("metrics", "admin", "config", "demo", "root")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("admin", "config", "root")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("admin", "root")
                .whereLayer("admin")
                .mayOnlyBeAccessedByLayers("config", "demo", "cli", "root")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers(configMayBeSeenBy)
                .whereLayer("demo")
                .mayOnlyBeAccessedByLayers("cli", "root")
                .whereLayer("netsh")
                .mayOnlyBeAccessedByLayers("registry", "cli")
                .whereLayer("registry")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("screen", "cli")
                .whereLayer("screen")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("root");
    }

    @Test
    void roomsImportOneWay() {
        order("demo", "cli", "root").check(CODE);
    }

    @Test
    void theRuleSeesAnImportThatIsNotAllowed() {
        assertThat(order("root").evaluate(CODE).hasViolation()).isTrue();
    }

    @Test
    void roomsHaveNoCircles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CODE);
    }
}
