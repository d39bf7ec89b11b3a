/**
 * What the SYN gate enforces (S3), and how that is said to the kernel: rules in, a classic BPF program out. Pure: no Netty,
 * no clock, no chance. Start at {@link dev.spillway.syn.SynRules} and {@link dev.spillway.syn.SynProgram}.
 */
package dev.spillway.syn;
