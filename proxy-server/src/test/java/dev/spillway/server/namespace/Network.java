package dev.spillway.server.namespace;

/** One of the networks that the proxy is in: clients in a namespace of their own, behind an interface of the proxy's. */
enum Network {
    /** Private by a rule that names its interface. */
    PRIVATE("priv0", 1),
    /** About which nothing is said, and where no controller answers. */
    PUBLIC("pub0", 2),
    /** Where the controller is. */
    DOMAIN("dom0", 3);

    private final String device;
    private final int number;

    Network(String device, int number) {
        this.device = device;
        this.number = number;
    }

    /** The proxy's interface to it. */
    String device() {
        return device;
    }

    /** The proxy's address in it. */
    String proxy() {
        return address(1);
    }

    /** Where the hostile clients come from; the controller is here, too. */
    String hostile() {
        return address(2);
    }

    /** Where the honest clients come from. */
    String honest() {
        return address(3);
    }

    /** The address {@code host} in it. */
    String address(int host) {
        return "198.18." + number + "." + host;
    }
}
