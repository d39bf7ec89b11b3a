package dev.spillway.relay;

import dev.spillway.limit.Shortage;
import java.util.Map;

/**
 * Half-open connections that MPP may close, and how many of them made room, for whoever watches.
 *
 * @param halfOpen how many there are now
 * @param mostHalfOpen how many there may be
 * @param made closed so far, by what there was too little of
 */
public record RoomView(int halfOpen, int mostHalfOpen, Map<Shortage, Long> made) {
    public RoomView {
        made = Map.copyOf(made);
    }
}
