package dev.spillway.bench.sim;

import dev.spillway.connection.WindowState;

/** What honest clients do. Figures of lines and of habits are assumptions, said here and nowhere else. */
final class Honest {
    private static final int REQUEST = 512;

    private Honest() {}

    /** Long-lived, many small exchanges: one every {@code think} milliseconds in the mean. */
    static Behaviour chatty(int think) {
        return new Behaviour("chatty", true) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(10, 200);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                exchange(connection, REQUEST, REQUEST, now);
                connection.complete();
                return connection.client().gap(think);
            }
        };
    }

    /** A connection for each exchange, of {@code answer} bytes, over a line of 0.25 to 12 MB/s; then a pause. */
    static Behaviour shortExchange(int answer) {
        return new Behaviour("short " + answer, true) {
            private static final int STEP = 10;

            @Override
            int inFlight() {
                return 64 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                Client client = connection.client();
                client.left = answer;
                client.rate = 0.25e6 * Math.pow(48, client.line());
                return client.between(5, 80);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                if (answer <= REQUEST) {
                    exchange(connection, REQUEST, answer, now);
                    connection.complete();
                    return FINISHED;
                }
                if (client.stage++ == 0) {
                    exchange(connection, REQUEST, 0, now);
                    client.left -= connection.toClient().supply(client.left, now);
                    return roundTrip(client);
                }
                client.left -=
                        stream(connection.toClient(), (long) (client.rate * STEP / 1000), client.left, now, memory);
                if (client.left > 0 || connection.toClient().backlog() > 0) {
                    return STEP;
                }
                connection.complete();
                return FINISHED;
            }

            @Override
            long pause(Client client) {
                return client.gap(2000);
            }
        };
    }

    /**
     * A phone: downloads of 0.2 to 1 MB at 20 to 100 KB/s with 2 to 6 s between them. Every 6 s in the mean it takes nothing for 1 to 5 s:
     * half of the time because the radio is away (its window stays as it was), half of the time because the program does not
     * read (it says zero).
     */
    static Behaviour mobile() {
        return new Behaviour("mobile", true) {
            private static final int STEP = 100;

            @Override
            int inFlight() {
                return 32 << 10;
            }

            @Override
            int roundTrip(Client client) {
                return 40 + (int) (160 * (1 - client.line()));
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                Client client = connection.client();
                client.rate = 20e3 + 80e3 * client.line();
                return client.between(10, 200);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                Flow down = connection.toClient();
                if (client.stage == 0) {
                    client.stage = 1;
                    client.left = client.between(200 << 10, 1 << 20);
                    client.until = now + client.gap(6000);
                    exchange(connection, REQUEST, 0, now);
                    client.left -= down.supply(client.left, now);
                    return roundTrip(client);
                }
                down.window(WindowState.OPEN);
                client.left -= stream(down, (long) (client.rate * STEP / 1000), client.left, now, memory);
                if (client.left == 0 && down.backlog() == 0) {
                    client.stage = 0;
                    connection.complete();
                    return client.between(2000, 6000);
                }
                return now < client.until ? STEP : stall(client, down, now);
            }

            private long stall(Client client, Flow down, long now) {
                long length = client.between(1000, 5000);
                client.until = now + length + client.gap(6000);
                down.window(client.random().nextBoolean() ? WindowState.ZERO : WindowState.OPEN);
                return length;
            }
        };
    }

    /** A download without end, which can be continued where it was cut, over a line of 0.5 to 5 MB/s. */
    static Behaviour download() {
        return new Behaviour("download", true) {
            private static final int STEP = 40;

            @Override
            int inFlight() {
                return 128 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                Client client = connection.client();
                client.rate = 0.5e6 * Math.pow(10, client.line());
                return client.between(10, STEP);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                stream(connection.toClient(), (long) (connection.client().rate * STEP / 1000), ENDLESS, now, memory);
                connection.complete();
                return STEP;
            }
        };
    }

    /** An upload without end, which can be continued, over a line of 0.2 to 2 MB/s to a server that is faster. */
    static Behaviour upload() {
        return new Behaviour("upload", true) {
            private static final int STEP = 40;

            @Override
            int inFlight() {
                return 64 << 10;
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                Client client = connection.client();
                client.rate = 0.2e6 * Math.pow(10, client.line());
                return client.between(10, STEP);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Flow up = connection.fromClient();
                long bytes = (long) (connection.client().rate * STEP / 1000);
                for (long left = memory.kernelSpent() ? bytes / 50 : bytes; left > 0; ) {
                    long put = up.supply(left, now);
                    long got = up.take(ENDLESS, now);
                    if (put == 0 && got == 0) {
                        break;
                    }
                    left -= put;
                }
                connection.complete();
                return STEP;
            }
        };
    }

    /** Like a web socket: a message every 20 to 60 s. */
    static Behaviour quiet() {
        return new Behaviour("quiet", true) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(10, 200);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                exchange(connection, 64, 64, now);
                connection.complete();
                return connection.client().between(20_000, 60_000);
            }
        };
    }

    /** Like a connection in a pool: a few exchanges, then nothing for as long as it lasts. */
    static Behaviour pooled() {
        return new Behaviour("pooled", true) {
            @Override
            long begin(SimulatedConnection connection, long now) {
                return connection.client().between(10, 200);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                exchange(connection, REQUEST, REQUEST, now);
                connection.complete();
                return ++connection.client().stage < 3 ? connection.client().between(10, 200) : NEVER;
            }
        };
    }

    /** A connection for each exchange, from 300 to 700 ms away: ten segments first, and twice as many with each round trip. */
    static Behaviour far(int answer) {
        return new Behaviour("far " + answer, true) {
            private static final int FIRST_FLIGHT = 10 * Flow.SEGMENT;

            @Override
            int inFlight() {
                return FIRST_FLIGHT;
            }

            @Override
            int roundTrip(Client client) {
                return 300 + (int) (400 * (1 - client.line()));
            }

            @Override
            long begin(SimulatedConnection connection, long now) {
                connection.client().left = answer;
                connection.client().rate = FIRST_FLIGHT;
                return connection.client().between(5, 80);
            }

            @Override
            long step(SimulatedConnection connection, long now, Memory memory) {
                Client client = connection.client();
                if (client.stage++ == 0) {
                    exchange(connection, REQUEST, 0, now);
                    client.left -= connection.toClient().supply(client.left, now);
                    return roundTrip(client);
                }
                client.left -= stream(connection.toClient(), (long) client.rate, client.left, now, memory);
                client.rate *= 2;
                if (client.left > 0 || connection.toClient().backlog() > 0) {
                    return roundTrip(client);
                }
                connection.complete();
                return FINISHED;
            }

            @Override
            long pause(Client client) {
                return client.gap(2000);
            }
        };
    }
}
