package dev.spillway.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a class of tests only where a control group can limit TCP memory: as root, with cgroup version 1. Elsewhere the class
 * is skipped, and the reason printed; with {@code SPILLWAY_REQUIRE_CGROUPS=true}, as {@code .ci/run} sets it, it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TcpMemoryGroupCondition.class)
public @interface RequiresTcpMemoryGroups {}
