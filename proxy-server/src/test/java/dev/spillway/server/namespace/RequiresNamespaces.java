package dev.spillway.server.namespace;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a class of tests only where network namespaces and veth pairs can be made: as root, on Linux, with iproute2.
 * Elsewhere the class is skipped, and the reason printed; with {@code SPILLWAY_REQUIRE_NAMESPACES=true}, as {@code .ci/run}
 * sets it, it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NamespacesCondition.class)
@interface RequiresNamespaces {}
