package dev.spillway.server.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a class of tests only with a container engine and the images that {@code docker/base-image.sh} makes. Without them
 * the class is skipped, and the reason printed; with {@code SPILLWAY_REQUIRE_DOCKER=true}, as {@code .ci/run} sets it, it
 * fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EngineCondition.class)
@interface RequiresDocker {}
