package dev.spillway.bench.profile;

import java.util.EnumMap;
import java.util.Map;

/** Samples counted by {@link Place}, and those in the kernel by {@link KernelWork} as well. Not thread-safe. */
public final class Profile {
    private final Map<Place, Long> places = new EnumMap<>(Place.class);
    private final Map<KernelWork, Long> kernel = new EnumMap<>(KernelWork.class);
    private long samples;

    void add(Stack stack) {
        samples++;
        Place place = Place.of(stack);
        places.merge(place, 1L, Long::sum);
        if (place.isKernel()) {
            kernel.merge(KernelWork.of(stack), 1L, Long::sum);
        }
    }

    /** Samples there are. */
    public long samples() {
        return samples;
    }

    /** The share of {@code place}, 0..1. */
    double share(Place place) {
        return share(places.getOrDefault(place, 0L));
    }

    /** The share of {@code work} of all samples, also those outside of the kernel, 0..1. */
    double share(KernelWork work) {
        return share(kernel.getOrDefault(work, 0L));
    }

    private double share(long count) {
        return samples == 0 ? 0 : (double) count / samples;
    }
}
