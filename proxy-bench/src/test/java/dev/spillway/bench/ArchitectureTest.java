package dev.spillway.bench;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

/** Who may know whom: readings know nothing of traffic, traffic nothing of proxies, and only the run knows all. */
@AnalyzeClasses(packages = "dev.spillway.bench", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    private static final ArchRule ROOMS = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("run")
            .definedBy("dev.spillway.bench")
            .layer("attack")
            .definedBy("dev.spillway.bench.attack")
            .layer("sim")
            .definedBy("dev.spillway.bench.sim")
            .layer("contender")
            .definedBy("dev.spillway.bench.contender")
            .layer("load")
            .definedBy("dev.spillway.bench.load")
            .layer("profile")
            .definedBy("dev.spillway.bench.profile")
            .layer("report")
            .definedBy("dev.spillway.bench.report")
            .layer("measure")
            .definedBy("dev.spillway.bench.measure")
            .layer("jmh")
            .definedBy("dev.spillway.bench.jmh..")
            .whereLayer("run")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("attack")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("jmh")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("sim")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("profile")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("contender")
            .mayOnlyBeAccessedByLayers("run", "attack")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("run", "attack", "sim", "profile")
            .whereLayer("load")
            .mayOnlyBeAccessedByLayers("run", "attack", "contender")
            .whereLayer("measure")
            .mayOnlyBeAccessedByLayers("run", "attack", "contender", "report");
}
