package dev.spillway.network;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A dialer whose connections end when and how the test says. One thread. */
final class Switchboard implements Dialer {
    private final List<Call> calls = new ArrayList<>();
    private int mostOpen;

    /** One connection that was asked for. */
    final class Call implements Dial {
        final LocalAddress from;
        final InetSocketAddress to;
        private final Consumer<Outcome> told;
        private boolean open = true;

        Call(LocalAddress from, InetSocketAddress to, Consumer<Outcome> told) {
            this.from = from;
            this.to = to;
            this.told = told;
        }

        void answer() {
            end(new Outcome.Answered(true));
        }

        void silence() {
            end(new Outcome.Silent("no answer within 2000 ms"));
        }

        void lack() {
            end(new Outcome.Unasked("Too many open files"));
        }

        private void end(Outcome outcome) {
            if (!open) {
                throw new AssertionError("ended twice: " + to);
            }
            open = false;
            told.accept(outcome);
        }

        @Override
        public void cancel() {
            if (open) {
                end(new Outcome.Silent("closed"));
            }
        }
    }

    @Override
    public Dial dial(LocalAddress from, InetSocketAddress to, Duration timeout, Consumer<Outcome> told) {
        Call call = new Call(from, to, told);
        calls.add(call);
        mostOpen = Math.max(mostOpen, open().size());
        return call;
    }

    /** Those on their way, in the order in which they were asked for. */
    List<Call> open() {
        return calls.stream().filter(call -> call.open).toList();
    }

    /** How many there were so far. */
    int count() {
        return calls.size();
    }

    int mostOpen() {
        return mostOpen;
    }
}
