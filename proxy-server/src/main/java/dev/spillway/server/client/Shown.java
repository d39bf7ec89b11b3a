package dev.spillway.server.client;

/** Text from the wire on its way to a terminal. */
final class Shown {
    private Shown() {}

    /** {@code text} without anything that a terminal would obey; in place of each such sign a question mark. */
    static String plain(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().forEach(c -> plain.append(Character.isISOControl(c) ? '?' : (char) c));
        return plain.toString();
    }
}
