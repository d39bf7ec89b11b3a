package dev.spillway.server.registry;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The data of a value, as the file has it after the equals sign. */
sealed interface Data {
    /** {@code dword:}. */
    record Number(long value) implements Data {}

    /** A text, or the strings of a list joined by line ends. */
    record Text(String text) implements Data {}

    /** {@code -}: the value is deleted. */
    record Deleted() implements Data {}

    /** Of another kind, or not well-formed. */
    record Other(String shown) implements Data {}

    /** Longest data that is looked at; a list of all 32768 ranges there can be is shorter. Characters. */
    int LONGEST = 4 << 20;

    /** REG_SZ, REG_EXPAND_SZ and REG_MULTI_SZ as bytes. */
    String TEXT_TYPES = "127";

    /** Reads {@code raw}, its continuations joined. */
    static Data parse(String raw) {
        String text = raw.strip();
        if (text.length() > LONGEST) {
            return new Other(Finding.shown(text));
        }
        if (text.startsWith("\"")) {
            return quoted(text).<Data>map(Text::new).orElseGet(() -> new Other(Finding.shown(text)));
        }
        int comment = text.indexOf(';');
        String data = (comment < 0 ? text : text.substring(0, comment)).strip();
        if (data.equals("-")) {
            return new Deleted();
        }
        if (data.matches("(?i)dword:[0-9a-f]{1,8}")) {
            return new Number(Long.parseLong(data.substring("dword:".length()), 16));
        }
        if (data.matches("(?i)hex\\([" + TEXT_TYPES + "]\\):.*")) {
            Optional<String> strings =
                    bytes(data.substring(data.indexOf(':') + 1)).map(Data::strings);
            return strings.<Data>map(Text::new).orElseGet(() -> new Other(Finding.shown(text)));
        }
        return new Other(Finding.shown(text));
    }

    /** Where the quote that begins at {@code from} ends; -1 if it does not on this line. */
    static int closingQuote(CharSequence text, int from) {
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i;
            }
        }
        return -1;
    }

    /** What stands between quotes, its escapes undone. */
    static String unescaped(CharSequence quoted) {
        StringBuilder plain = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (c == '\\' && i + 1 < quoted.length()) {
                c = quoted.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static Optional<String> quoted(String text) {
        int end = closingQuote(text, 0);
        String after = end < 0 ? "" : text.substring(end + 1).strip();
        return end < 0 || !after.isEmpty() && !after.startsWith(";")
                ? Optional.empty()
                : Optional.of(unescaped(text.substring(1, end)));
    }

    /** {@code 35,00,30,00}; a comma at the end does no harm. Empty if it is anything else. */
    private static Optional<byte[]> bytes(String list) {
        String[] parts = list.replaceAll("\\s", "").replaceFirst(",$", "").split(",", -1);
        if (parts.length == 1 && parts[0].isEmpty()) {
            return Optional.of(new byte[0]);
        }
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9A-Fa-f]{1,2}")) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i], 16);
        }
        return bytes.length % 2 == 0 ? Optional.of(bytes) : Optional.empty();
    }

    /** Strings end in a zero, a list of them in one more. */
    private static String strings(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_16LE)
                .replaceAll("\0+$", "")
                .replace('\0', '\n');
    }
}
