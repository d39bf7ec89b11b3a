package dev.spillway.relay;

/**
 * What looking at connections has cost and how far it has come, for whoever watches. Each connection is in one of three
 * lines for its next look; see {@link Sampler}.
 *
 * @param kernelTold whether the kernel tells what it holds; else costs and progress are what user space sees
 * @param samples looks at a connection so far
 * @param nanos CPU time that looking took on the event loops so far, in nanoseconds
 * @param cutShort passes so far that ran out of their budget before everything that was due was looked at
 * @param suspects connections for which bytes waited at the last look and whose peer took none, or lets us send none
 * @param stirring connections that something has happened to since the last look, or may have
 * @param quiet connections that had nothing waiting at the last look, and nothing has happened to since
 * @param unseen connections that were not looked at yet
 * @param stale connections that have been in line for more than two seconds though something may have happened, counted once
 *     a second
 */
public record SamplingView(
        boolean kernelTold,
        long samples,
        long nanos,
        long cutShort,
        int suspects,
        int stirring,
        int quiet,
        int unseen,
        int stale) {
    /** Both together. */
    SamplingView plus(SamplingView other) {
        return new SamplingView(
                kernelTold && other.kernelTold,
                samples + other.samples,
                nanos + other.nanos,
                cutShort + other.cutShort,
                suspects + other.suspects,
                stirring + other.stirring,
                quiet + other.quiet,
                unseen + other.unseen,
                stale + other.stale);
    }
}
