package dev.spillway.security;

/**
 * What is set for one family alone (S18). It can only narrow what is set for both.
 *
 * @param mpp disabled leaves the family's connections alone; enabled and default say nothing of their own
 * @param excludedPorts local ports that are left alone for this family, beside those exempt for both
 */
public record FamilySettings(Toggle mpp, PortSet excludedPorts) {
    /** Nothing of its own. */
    public static final FamilySettings DEFAULTS = new FamilySettings(Toggle.DEFAULT, PortSet.EMPTY);
}
