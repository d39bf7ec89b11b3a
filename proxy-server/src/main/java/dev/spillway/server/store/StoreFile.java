package dev.spillway.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The file of the persistent layer. It is there whole or not at all: a new one is written beside it, forced to the disk, and put in its
 * place by a rename, which a file system does or does not do, but not by half; then the folder is forced. A process that ends
 * anywhere between leaves the old one or the new one, and at worst a file beside it that the next write overwrites.
 *
 * <p>A file that is damaged, or that another process has changed since it was last read or written here, is never overwritten.
 * Where the path is a symbolic link, what it points to is the file, and the link stays. Owned by {@link SettingsStore}; may block.
 */
final class StoreFile {
    private static final int MOST_LINKS = 40;

    private final Path path;
    private final Disk disk;
    private Optional<byte[]> known = Optional.empty();

    StoreFile(Path path, Disk disk) {
        this.path = path.toAbsolutePath();
        this.disk = disk;
    }

    /** What reading it came to. */
    sealed interface Content {
        /** There is none. */
        record Absent() implements Content {}

        /** It says this. */
        record Whole(Layer layer) implements Content {}

        /** It can't be used, for this reason. */
        record Damaged(String problem) implements Content {}
    }

    Path path() {
        return path;
    }

    Content read() {
        try {
            Optional<byte[]> content = disk.read(path);
            known = content;
            return content.isEmpty() ? new Content.Absent() : new Content.Whole(LayerText.read(content.get()));
        } catch (LayerText.Damaged damaged) {
            return new Content.Damaged("damaged: " + damaged.getMessage());
        } catch (IOException unreadable) {
            return new Content.Damaged("can't be read: " + reason(unreadable));
        }
    }

    /** Whether {@link #write} has a chance, as far as can be told without trying: empty, or why not. */
    Optional<String> obstacle() {
        try {
            Path folder = target().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                return Optional.of("no such folder");
            }
            return Files.isWritable(folder) ? Optional.empty() : Optional.of("the folder is not writable");
        } catch (IOException unreadable) {
            return Optional.of(reason(unreadable));
        }
    }

    /**
     * Keeps a layer.
     *
     * @return empty if it is kept for sure; else why a failure of the whole machine right now might bring the one before back
     * @throws IOException if it could not be written; what was there before is there still
     */
    Optional<String> write(Layer layer) throws IOException {
        Optional<byte[]> present = disk.read(path);
        if (present.isPresent() != known.isPresent()
                || present.isPresent() && !Arrays.equals(present.get(), known.orElseThrow())) {
            throw new IOException(
                    "another process has changed it since it was read; \"spillway reload\" reads it again");
        }
        byte[] text = LayerText.write(layer);
        Path target = target();
        Path beside = target.resolveSibling("." + target.getFileName() + ".new");
        disk.write(beside, text);
        disk.replace(beside, target);
        known = Optional.of(text);
        try {
            disk.sync(target.resolveSibling("."));
            return Optional.empty();
        } catch (IOException failure) {
            // From the rename on, the new one is what the next start reads: it must be the one that holds.
            return Optional.of("kept, but its folder could not be forced to the disk: " + reason(failure));
        }
    }

    /** The file itself, at the end of all links. */
    private Path target() throws IOException {
        Path target = path;
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("more than " + MOST_LINKS + " symbolic links one after the other");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    static String reason(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        String kind = failure.getClass().getSimpleName();
        return kind.equals("IOException") ? message : kind.replace("Exception", "") + " " + message;
    }
}
