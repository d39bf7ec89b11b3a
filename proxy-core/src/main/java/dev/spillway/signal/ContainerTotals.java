package dev.spillway.signal;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the accounts of a process's control group and of those above it say: the fullest counts, for each of them can run
 * out. Holds as long as the process stays in its group and one of them has a limit.
 */
final class ContainerTotals implements Measure {
    private final Signal signal;
    private final PolledFile membership;
    private final byte[] member;
    private final List<Account> accounts;
    private final String unlimited;

    private ContainerTotals(
            Signal signal, PolledFile membership, byte[] member, List<Account> accounts, String unlimited) {
        this.signal = signal;
        this.membership = membership;
        this.member = member;
        this.accounts = accounts;
        this.unlimited = unlimited;
    }

    /** Opens the accounts of a group. */
    interface Accounts {
        /** Adds them to {@code opened} one by one, its own first, so that none is lost if a later one fails. */
        void open(List<Account> opened) throws IOException;
    }

    /**
     * Opens {@code accounts}.
     *
     * @param unlimited the reason to give when none of them has a limit
     */
    static Measure open(Signal signal, SystemFiles files, Accounts accounts, String unlimited) throws IOException {
        List<Account> opened = new ArrayList<>();
        PolledFile membership = Cgroup.membership(files);
        try {
            accounts.open(opened);
            ContainerTotals totals =
                    new ContainerTotals(signal, membership, membership.read().copy(), List.copyOf(opened), unlimited);
            totals.renew();
            return totals;
        } catch (IOException | RuntimeException failed) {
            opened.forEach(Account::close);
            membership.close();
            throw failed;
        }
    }

    @Override
    public void renew() throws IOException {
        if (!membership.read().says(member)) {
            throw new IOException("the process was moved to another control group");
        }
        boolean limited = false;
        for (Account account : accounts) {
            account.renew();
            limited |= account.limit() < Account.NO_LIMIT;
        }
        if (!limited) {
            throw new IOException(unlimited);
        }
    }

    @Override
    public Reading read() throws IOException {
        long used = 0;
        long limit = 1;
        double worst = -1;
        for (Account account : accounts) {
            if (account.limit() < Account.NO_LIMIT) {
                account.read();
                double level = (double) account.used() / account.limit();
                if (level > worst) {
                    worst = level;
                    used = account.used();
                    limit = account.limit();
                }
            }
        }
        return new Reading(signal, used, limit);
    }

    @Override
    public void close() {
        accounts.forEach(Account::close);
        membership.close();
    }
}
