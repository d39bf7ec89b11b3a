package dev.spillway.prune;

/** A binary heap of whole numbers that stand for something, made in linear time. */
final class IntHeap {
    /** Which of two stands first. Total, and no two of a heap are equal in it. */
    @FunctionalInterface
    interface Order {
        boolean before(int one, int other);
    }

    private final int[] items;
    private final Order order;
    private int size;

    /** A heap of {@code items}, which it owns from now on. */
    IntHeap(int[] items, Order order) {
        this.items = items;
        this.order = order;
        this.size = items.length;
        for (int at = size / 2 - 1; at >= 0; at--) {
            sink(at);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The one before all others; only of one that is not empty. */
    int first() {
        return items[0];
    }

    void removeFirst() {
        items[0] = items[--size];
        sink(0);
    }

    /** Call when the first one does not stand where it did any more. */
    void firstFell() {
        sink(0);
    }

    private void sink(int from) {
        int item = items[from];
        int at = from;
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && order.before(items[child + 1], items[child])) {
                child++;
            }
            if (!order.before(items[child], item)) {
                break;
            }
            items[at] = items[child];
            at = child;
        }
        items[at] = item;
    }
}
