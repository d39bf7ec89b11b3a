package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class DirectMemoryCapTest {
    private static final long MIB = 1 << 20;

    private String before;

    @BeforeEach
    void remember() {
        before = System.clearProperty(DirectMemoryCap.PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(DirectMemoryCap.PROPERTY);
        } else {
            System.setProperty(DirectMemoryCap.PROPERTY, before);
        }
    }

    @Test
    void anEighthIsLeftToTheJdkAnd16MiBAtMost() {
        assertThat(DirectMemoryCap.below(64 * MIB)).isEqualTo(56 * MIB);
        assertThat(DirectMemoryCap.below(128 * MIB)).isEqualTo(112 * MIB);
        assertThat(DirectMemoryCap.below(1024 * MIB)).isEqualTo(1008 * MIB);
    }

    @Test
    void theLimitOfTheJvmIsRead() {
        // Surefire runs with -XX:MaxDirectMemorySize=512m.
        assertThat(DirectMemoryCap.limitOfTheJvm()).isEqualTo(512 * MIB);
    }

    @Test
    void nettyIsToldOfIt() {
        DirectMemoryCap.apply();
        assertThat(System.getProperty(DirectMemoryCap.PROPERTY)).isEqualTo(Long.toString(496 * MIB));
    }

    @Test
    void whatTheUserSetIsLeftAlone() {
        System.setProperty(DirectMemoryCap.PROPERTY, "123456");
        DirectMemoryCap.apply();
        assertThat(System.getProperty(DirectMemoryCap.PROPERTY)).isEqualTo("123456");
    }
}
