package dev.spillway.syn;

import static dev.spillway.syn.Instruction.JUMP_AT_LEAST;
import static dev.spillway.syn.Instruction.JUMP_EQUAL;
import static dev.spillway.syn.Instruction.JUMP_GREATER;
import static dev.spillway.syn.Instruction.LOAD_WORD;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the search of an address in a set of prefixes: a balanced tree over the values of its first 32 bits, with a tree
 * over the next 32 below each value that prefixes of more bits share, and so on.
 *
 * <p>The leaves of a tree are short chains, for a chain saves the inner nodes between its members. With chains of four a
 * single IPv4 address takes 1.25 instructions, a shorter prefix 2, an IPv6 /64 3.25 if nothing is shared and 1.25 if the
 * first 32 bits are, and 10 steps are enough for a thousand.
 */
final class PrefixSearch {
    private static final int CHAIN = 4;
    private static final int NETWORK_HEADER = -0x100000;
    private static final int WORD_BITS = Integer.SIZE;

    private final Assembler out;
    private final int addressAt;
    private final int found;
    private final int missing;

    /**
     * A search that writes to {@code out}.
     *
     * @param addressAt where the address is, counted from the beginning of the IP header
     * @param found where to go on if it is in the set
     * @param missing where, if it is not
     */
    PrefixSearch(Assembler out, int addressAt, int found, int missing) {
        this.out = out;
        this.addressAt = addressAt;
        this.found = found;
        this.missing = missing;
    }

    /** Values of one word, both ends included, with the prefixes that ask for more of the address; none if they don't. */
    private record Item(int low, int high, List<Prefix> deeper) {
        boolean single() {
            return low == high;
        }
    }

    /** Writes the search; returns its place. The prefixes are in normal form and of one family. */
    int write(List<Prefix> prefixes) {
        if (prefixes.isEmpty()) {
            return missing;
        }
        return prefixes.get(0).bits() == 0 ? found : word(prefixes, 0);
    }

    private int word(List<Prefix> prefixes, int index) {
        int tree = tree(items(prefixes, index), index, false);
        return out.straight(Instruction.of(LOAD_WORD, NETWORK_HEADER + addressAt + index * Integer.BYTES), tree);
    }

    private static List<Item> items(List<Prefix> prefixes, int index) {
        List<Item> items = new ArrayList<>();
        int from = 0;
        while (from < prefixes.size()) {
            Prefix first = prefixes.get(from);
            int value = first.word(index);
            int to = from + 1;
            if (first.bits() <= WORD_BITS * (index + 1)) {
                int free = WORD_BITS * (index + 1) - first.bits();
                items.add(new Item(value, value | (int) ((1L << free) - 1), List.of()));
            } else {
                while (to < prefixes.size() && prefixes.get(to).word(index) == value) {
                    to++;
                }
                items.add(new Item(value, value, prefixes.subList(from, to)));
            }
            from = to;
        }
        return items;
    }

    /** @param above whether the word is known to be at least the first item's */
    private int tree(List<Item> items, int index, boolean above) {
        if (items.size() <= CHAIN) {
            return chain(items, index, above);
        }
        int middle = items.size() / 2;
        int right = tree(items.subList(middle, items.size()), index, true);
        int left = tree(items.subList(0, middle), index, above);
        return out.jump(JUMP_AT_LEAST, items.get(middle).low(), right, left);
    }

    private int chain(List<Item> items, int index, boolean above) {
        int next = missing;
        for (int i = items.size() - 1; i >= 0; i--) {
            Item item = items.get(i);
            int hit = item.deeper().isEmpty() ? found : word(item.deeper(), index + 1);
            next = test(item, above && i == 0 || item.low() == 0, hit, next);
        }
        return next;
    }

    /** Below the low end of an item no later item of its chain can match. */
    private int test(Item item, boolean above, int hit, int next) {
        if (item.single()) {
            return out.jump(JUMP_EQUAL, item.low(), hit, next);
        }
        int upper = item.high() == -1 ? hit : out.jump(JUMP_GREATER, item.high(), next, hit);
        return above ? upper : out.jump(JUMP_AT_LEAST, item.low(), upper, missing);
    }
}
