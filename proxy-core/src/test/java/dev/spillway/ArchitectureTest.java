package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the line between the rooms: a package may import only those before it, and Netty only the second half. */
class ArchitectureTest {
    private static final String ROOT = "dev.spillway";
    private static final List<String> PURE =
            List.of("security", "connection", "limit", "pressure", "prune", "flood", "syn");
    private static final List<String> WITH_NETTY =
            List.of("transport", "network", "upstream", "relay", "listener", "syngate", "signal", "control", "");
    private static final Pattern EMPTY_WORDS = Pattern.compile(".*(Util|Utils|Manager|Helper|Impl)");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static List<String> order() {
        List<String> all = new ArrayList<>(PURE);
        all.addAll(WITH_NETTY);
        return all;
    }

    private static String packageOf(String room) {
        return room.isEmpty() ? ROOT : ROOT + "." + room;
    }

    /** What each room of {@code order} breaks if it may import only rooms before it. */
    private static List<String> violations(List<String> order, List<String> free) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            Set<String> allowed = order.subList(0, i + 1).stream()
                    .map(ArchitectureTest::packageOf)
                    .collect(Collectors.toSet());
            boolean netty = !free.contains(order.get(i));
            ArchRule rule = ArchRuleDefinition.classes()
                    .that()
                    .resideInAPackage(packageOf(order.get(i)))
                    .should()
                    .onlyDependOnClassesThat(allowed(allowed, netty));
            found.addAll(rule.evaluate(CODE).getFailureReport().getDetails());
        }
        return found;
    }

    private static DescribedPredicate<JavaClass> allowed(Set<String> rooms, boolean netty) {
        return DescribedPredicate.describe("are in " + rooms + (netty ? " or Netty" : ""), type -> {
            String name = type.getBaseComponentType().getPackageName();
            return type.getBaseComponentType().isPrimitive()
                    || rooms.contains(name)
                    || name.startsWith("java.")
                    || name.startsWith("org.slf4j")
                    || name.startsWith("org.jspecify")
                    || netty && (name.startsWith("io.netty.") || name.matches("(javax|com\\.sun)\\.management.*"));
        });
    }

    @Test
    void aPackageImportsOnlyThoseListedBeforeIt() {
        assertThat(violations(order(), PURE)).isEmpty();
    }

    @Test
    void theListNamesEveryPackageThereIsAndEachHasClasses() {
        Set<String> there = CODE.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        assertThat(there)
                .containsExactlyInAnyOrderElementsOf(
                        order().stream().map(ArchitectureTest::packageOf).toList());
        assertThat(CODE.size()).isGreaterThan(80);
    }

    @Test
    void theOrderIsOneThatCouldBeBroken() {
        List<String> reversed = new ArrayList<>(order());
        Collections.reverse(reversed);
        assertThat(violations(reversed, PURE)).hasSizeGreaterThan(100);
        List<String> oneSwap = new ArrayList<>(order());
        Collections.swap(oneSwap, oneSwap.indexOf("pressure"), oneSwap.indexOf("prune"));
        assertThat(violations(oneSwap, PURE)).isNotEmpty().allMatch(line -> line.contains("dev.spillway.prune"));
    }

    @Test
    void theNettyFreeHalfIsOneThatCouldBeBroken() {
        List<String> relayToo = new ArrayList<>(PURE);
        relayToo.add("relay");
        assertThat(violations(order(), relayToo)).isNotEmpty().allMatch(line -> line.contains("dev.spillway.relay"));
    }

    @Test
    void packagesAreFreeOfCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.spillway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CODE);
    }

    @Test
    void noClassHasAnEmptyWordForAName() {
        assertThat(CODE.stream().map(JavaClass::getSimpleName).filter(EMPTY_WORDS.asMatchPredicate()))
                .isEmpty();
        assertThat(List.of("BufferUtil", "ChannelManager", "ProxyImpl")).allMatch(EMPTY_WORDS.asMatchPredicate());
    }
}
