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
 * Owned by {@link SettingsStore}; may block.
 */
final class StoreFile {
    private final Path path;
    private final Disk disk;
    private byte[] known = new byte[0];

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
            known = content.orElse(new byte[0]);
            return content.isEmpty() ? new Content.Absent() : new Content.Whole(LayerText.read(content.get()));
        } catch (LayerText.Damaged damaged) {
            return new Content.Damaged("damaged: " + damaged.getMessage());
        } catch (IOException unreadable) {
            return new Content.Damaged("can't be read: " + reason(unreadable));
        }
    }

    /** Whether {@link #write} has a chance, as far as can be told without trying: empty, or why not. */
    Optional<String> obstacle() {
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return Optional.of("no such folder");
        }
        return Files.isWritable(folder) ? Optional.empty() : Optional.of("the folder is not writable");
    }

    /** @throws IOException if it could not be written, or not be kept for sure; what was there before is there still */
    void write(Layer layer) throws IOException {
        if (!Arrays.equals(disk.read(path).orElse(new byte[0]), known)) {
            throw new IOException(
                    "another process has changed it since it was read; \"spillway reload\" reads it again");
        }
        byte[] text = LayerText.write(layer);
        Path beside = path.resolveSibling("." + path.getFileName() + ".new");
        disk.write(beside, text);
        disk.replace(beside, path);
        known = text;
        disk.sync(path.resolveSibling("."));
    }

    static String reason(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        String kind = failure.getClass().getSimpleName();
        return kind.equals("IOException") ? message : kind.replace("Exception", "") + " " + message;
    }
}
