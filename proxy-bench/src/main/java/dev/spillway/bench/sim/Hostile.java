package dev.spillway.bench.sim;

import dev.spillway.connection.WindowState;

/** What attackers do. Each but the silent one has its upstream, or its own sending, fill whatever room there is. */
final class Hostile {
    private static final int REQUEST = 512;

    private Hostile() {}

    /**
     * Asks for something large, takes at 2 to 20 MB/s what its kernel has room for (4 to 128 KiB), and then nothing any more: a
     * program that does not read.
     */
    static Behaviour zeroWindow() {
        return new Stalling("zero window", false);
    }

    /** The same, and it ends its own direction first. */
    static Behaviour halfClosing() {
        return new Stalling("half-close", true);
    }

    private static class Stalling extends Behaviour {
        private static final int STEP = 5;
        private static final double LARGEST_WINDOW = 128 << 10;

        private final boolean halfClose;

        Stalling(String name, boolean halfClose) {
            super(name, false);
            this.halfClose = halfClose;
        }

        @Override
        long begin(SimulatedConnection connection, long now) {
            Client client = connection.client();
            client.left = Math.round((4 << 10)
                    * Math.pow(LARGEST_WINDOW / (4 << 10), client.random().nextDouble()));
            client.rate = client.between(2e6, 20e6);
            return client.between(2, 60);
        }

        @Override
        long step(SimulatedConnection connection, long now, Memory memory) {
            Client client = connection.client();
            Flow down = connection.toClient();
            if (client.stage++ == 0) {
                exchange(connection, REQUEST, 0, now);
                if (halfClose) {
                    connection.halfClosed();
                }
                down.supply(ENDLESS, now);
                return roundTrip(client);
            }
            if (client.left > 0) {
                long some = Math.min(client.left, Math.round(client.rate * STEP / 1000));
                client.left -= some;
                stream(down, some, ENDLESS, now, memory);
                if (client.left > 0) {
                    return STEP;
                }
                down.window(WindowState.ZERO);
            } else {
                down.supply(ENDLESS, now);
            }
            // Where the kernel was spent, the upstream sends the rest as soon as there is room again.
            return down.backlog() < Flow.FULL ? 50 : NEVER;
        }
    }

    /** Connects and never says a word. */
    static Behaviour silent() {
        return new Behaviour("silent", false) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return NEVER;
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                return NEVER;
            }
        };
    }

    /** Takes 1 to 50 bytes each second, so as to look alive. */
    static Behaviour trickle() {
        return new Behaviour("trickle", false) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                connection.client().rate = connection.client().between(1, 50);
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                if (client.stage++ == 0) {
                    exchange(connection, REQUEST, 0, now);
                    stream(connection.toClient(), 4 << 10, ENDLESS, now, memory);
                } else {
                    stream(connection.toClient(), Math.max(1, Math.round(client.rate)), ENDLESS, now, memory);
                }
                return client.between(900, 1100);
            }
        };
    }

    /** Takes 2 to 4 KiB at once every 6 to 10 s, and nothing in between. */
    static Behaviour bursts() {
        return new Behaviour("bursts", false) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                if (client.stage++ == 0) {
                    exchange(connection, REQUEST, 0, now);
                }
                stream(connection.toClient(), client.between(2 << 10, 4 << 10), ENDLESS, now, memory);
                connection.toClient().window(WindowState.ZERO);
                return client.between(6_000, 10_000);
            }
        };
    }

    /** Sends as much as it can to a server that takes 100 bytes a second. */
    static Behaviour bigPush() {
        return new Behaviour("big push", false) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                stream(connection.fromClient(), 100, ENDLESS, now, memory);
                return connection.client().between(900, 1100);
            }
        };
    }

    /**
     * Takes 20 to 60 KB every half second for {@code milliseconds} as fast as they come, and then does as {@code after}. Its good
     * name is what it attacks with.
     */
    static Behaviour turncoat(int milliseconds, Behaviour after) {
        return new Behaviour("turncoat, then " + after.label(), false) {
            private static final int STEP = 500;

            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, STEP);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                boolean turned = client.until > 0;
                if (!turned && now - connection.acceptedAt() < milliseconds) {
                    exchange(connection, REQUEST, (int) client.between(20_000, 60_000), now);
                    return STEP;
                }
                if (!turned) {
                    client.until = now;
                    client.stage = 0;
                    return after.begin(connection, now);
                }
                return after.step(connection, now, memory);
            }
        };
    }

    /** The same, but whoever is reset or kept out comes back after 1 to 3 s. */
    static Behaviour returning(Behaviour what) {
        return new Behaviour(what.label() + ", returning", false) {
            @Override
            int inFlight() {
                return what.inFlight();
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                return what.begin(connection, now);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                return what.step(connection, now, memory);
            }

            @Override
            long retry(Client client) {
                return client.between(1000, 3000);
            }
        };
    }

    /**
     * Takes {@code pace} bytes each 100 ms for {@code earn} ms, and so earns a pause; then takes nothing for up to {@code hold} ms, at once all
     * there is, asks again, and so on.
     */
    static Behaviour squatter(int earn, int pace, int hold) {
        return new Behaviour("squatter " + earn + "/" + hold, false) {
            @Override
            int inFlight() {
                return 32 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                Flow down = connection.toClient();
                if (client.stage == 0) {
                    exchange(connection, REQUEST, 0, now);
                    down.supply(ENDLESS, now);
                    client.stage = 1;
                    return roundTrip(client);
                }
                if (client.stage == 1) {
                    stream(down, pace, ENDLESS, now, memory);
                    if (now - connection.acceptedAt() >= earn) {
                        client.stage = 2;
                        return client.between(hold - 1000, hold);
                    }
                    return 100;
                }
                if (client.stage == 2) {
                    down.take(ENDLESS, now);
                    client.stage = 3;
                    return 300;
                }
                exchange(connection, REQUEST, 0, now);
                down.supply(160 << 10, now);
                client.stage = 2;
                return client.between(hold - 1000, hold);
            }
        };
    }

    /** Takes a 100th of what waits after a second, and then each {@code gap} ms, so that its standstill seems to end. */
    static Behaviour shares(int gap) {
        return new Behaviour("shares " + gap, false) {
            @Override
            int inFlight() {
                return 32 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                Flow down = connection.toClient();
                if (client.stage == 0) {
                    exchange(connection, REQUEST, 0, now);
                    down.supply(ENDLESS, now);
                    client.stage = 1;
                    return 950;
                }
                down.take(Math.max(1500, down.waiting() / 100), now);
                down.supply(ENDLESS, now);
                return client.between(gap - 300, gap);
            }
        };
    }

    /** Takes 2 KiB each 20 ms for so long, and then nothing. */
    static Behaviour brief(int milliseconds) {
        return new Behaviour("taking for " + milliseconds + " ms", false) {
            @Override
            int inFlight() {
                return 32 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(2, 60);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                Flow down = connection.toClient();
                if (client.stage++ == 0) {
                    exchange(connection, REQUEST, 0, now);
                    down.supply(ENDLESS, now);
                    return 2;
                }
                if (now - connection.acceptedAt() < milliseconds) {
                    stream(down, 2 << 10, ENDLESS, now, memory);
                    return 20;
                }
                down.supply(ENDLESS, now);
                down.window(WindowState.ZERO);
                return down.backlog() < Flow.FULL ? 50 : NEVER;
            }
        };
    }
}
