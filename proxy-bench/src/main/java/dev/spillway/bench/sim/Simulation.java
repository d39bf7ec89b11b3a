package dev.spillway.bench.sim;

import java.util.List;

/** One run: a scenario, a seed, a policy. */
final class Simulation {
    /** Told of each millisecond, when it is over. */
    interface Witness {
        void look(long now, World world, Engine engine, Watch watch);
    }

    private Simulation() {}

    static Outcome run(Scenario scenario, long seed, Policy policy) {
        return run(scenario, seed, policy, (now, world, engine, watch) -> {});
    }

    static Outcome run(Scenario scenario, long seed, Policy policy, Witness witness) {
        int length = scenario.milliseconds();
        World world = new World(scenario.populations(), scenario.limits(), length, seed);
        Engine engine = new Engine(world, policy.make().apply(seed));
        Watch watch = new Watch(world);
        world.tellOfAccepts(watch::accepted);
        world.tellOfEndings((connection, wasOpen, now) -> {
            watch.pruned(connection, wasOpen, now);
            engine.closed(connection, now);
        });
        long before = 0;
        for (long now = 0; now < length; now++) {
            if (now == scenario.attackAt()) {
                before = world.honestBytes();
            }
            world.step(now);
            engine.step(now);
            watch.look(now);
            witness.look(now, world, engine, watch);
        }
        return watch.outcome(length, world.honestBytes() - before);
    }

    /** What honest clients and servers get after the attack would have begun, if nobody attacks and nothing runs short. */
    static long undisturbed(Scenario scenario, long seed) {
        List<Population> honest = scenario.honest();
        World world = new World(honest, Limits.NONE, scenario.milliseconds(), seed);
        long before = 0;
        for (long now = 0; now < scenario.milliseconds(); now++) {
            if (now == scenario.attackAt()) {
                before = world.honestBytes();
            }
            world.step(now);
        }
        return world.honestBytes() - before;
    }
}
