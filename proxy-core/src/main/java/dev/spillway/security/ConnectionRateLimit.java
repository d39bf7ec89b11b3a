package dev.spillway.security;

/**
 * The connection rate limit (S16): off unless enabled, in every role.
 *
 * @param enabled whether it is on; DEFAULT is off
 * @param perListener what each listener is allowed of all clients together
 * @param perSource what each source group is allowed on each listener
 */
public record ConnectionRateLimit(Toggle enabled, Allowance perListener, Allowance perSource) {
    /** Off. */
    public static final ConnectionRateLimit DEFAULTS =
            new ConnectionRateLimit(Toggle.DEFAULT, Allowance.UNLIMITED, Allowance.UNLIMITED);

    /** Whether it is on. */
    public boolean on() {
        return enabled.isOn(false);
    }
}
