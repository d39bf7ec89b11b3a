package dev.spillway.server.netsh;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * What names an interface: the name that the system has for it, one of its addresses, or a CIDR. Only the form is judged
 * here; whether there is such an interface is for the proxy to say.
 */
public final class Selector {
    /** IFNAMSIZ is 16 with the final zero; a slash and blanks are what the kernel refuses. */
    private static final Pattern NAME = Pattern.compile("[^\\s/:=\"\\p{Cntrl}]{1,15}");

    private static final Pattern V4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
    private static final Pattern ONLY_DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    private Selector() {}

    /** What a selector has to be, for messages. */
    public static String expectation() {
        return "an interface's name, address or CIDR, as eth0, 198.18.0.1 or 198.18.0.0/24";
    }

    /** Whether {@code text} has one of the three forms. */
    public static boolean fits(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            String address = text.substring(0, slash);
            String length = text.substring(slash + 1);
            int most = v4(address) ? V4_BITS : v6(address) ? V6_BITS : -1;
            return LENGTH.matcher(length).matches() && Integer.parseInt(length) <= most;
        }
        if (text.indexOf(':') >= 0) {
            return v6(text);
        }
        return ONLY_DIGITS_AND_DOTS.matcher(text).matches() && text.indexOf('.') >= 0
                ? v4(text)
                : NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    /** Whether {@code text} is an IPv4 address. */
    public static boolean v4(String text) {
        return V4.matcher(text).matches();
    }

    private static boolean v6(String text) {
        if (text.indexOf(':') < 0 || !V6.matcher(text).matches()) {
            return false;
        }
        try {
            // With a colon in it this is read as a literal or refused; no name service is asked.
            return InetAddress.getByName(text) != null;
        } catch (UnknownHostException malformed) {
            return false;
        }
    }
}
