package dev.spillway.server.events;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that lines are appended to, and the older ones it was rotated to: {@code path.1} is the youngest of them. No
 * file grows beyond {@link EventFileSettings#maxSize}, and there are no more than {@link EventFileSettings#keep} older
 * ones; a file that can't be put aside is not written any further.
 *
 * <p>A line is in the file as a whole or not at all, as far as that is in our hands: what an interrupted write leaves is
 * cut off, and where a crash left half a line the next one starts on a line of its own. Nothing is forced to the disk:
 * lines survive the end of the process, not that of the machine.
 *
 * <p>It writes through {@link FileOutputStream} and not through a channel, which would take a direct buffer: events have
 * to be written while direct memory is exhausted. Owned by one thread.
 */
final class RotatedFile implements AutoCloseable {
    private final EventFileSettings settings;
    private final EventFile.Opener opener;
    private @Nullable FileOutputStream stream;

    /** Identity of the open file (device and inode on POSIX); null where the file system has none. */
    private @Nullable Object key;

    private long size;
    private boolean torn;

    RotatedFile(EventFileSettings settings, EventFile.Opener opener) {
        this.settings = settings;
        this.opener = opener;
    }

    /** Opens the file, and makes it if it is not there. Does nothing if it is open and still the one of that name. */
    void open() throws IOException {
        current();
    }

    /**
     * Appends {@code line}, which ends with a line feed, and rotates before it where it would not fit. Notices a file that
     * was moved away, removed or truncated since the last line.
     *
     * @throws IOException if the line is not in the file
     */
    void append(byte[] line) throws IOException {
        FileOutputStream out = current();
        if (size > 0 && size + (torn ? 1 : 0) + line.length > settings.maxSize()) {
            rotate();
            out = current();
        }
        try {
            if (torn) {
                out.write('\n');
                size++;
                torn = false;
            }
            out.write(line);
            size += line.length;
        } catch (IOException failure) {
            cutOff(out);
            close();
            throw failure;
        }
    }

    @Override
    public void close() {
        FileOutputStream open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException nothingIsBuffered) {
                // The descriptor is gone whatever close says, and what was written was written.
            }
        }
    }

    /** The file of that name, opened if it is not open or another one than it was. */
    private FileOutputStream current() throws IOException {
        FileOutputStream open = stream;
        if (open != null) {
            try {
                BasicFileAttributes now = attributes();
                if (Objects.equals(now.fileKey(), key)) {
                    size = now.size();
                    return open;
                }
            } catch (NoSuchFileException movedAway) {
                // Opened anew below.
            }
            close();
        }
        return openAnew();
    }

    private FileOutputStream openAnew() throws IOException {
        makeIfAbsent();
        // Opening a pipe that nobody reads would hang; and what is no file can't be rotated.
        if (!attributes().isRegularFile()) {
            throw new IOException("not a regular file");
        }
        FileOutputStream open = opener.open(settings.path());
        try {
            BasicFileAttributes now = attributes();
            key = now.fileKey();
            size = now.size();
            torn = size > 0 && lastByte() != '\n';
            removeBeyondKeep();
        } catch (IOException | RuntimeException failure) {
            open.close();
            throw failure;
        }
        stream = open;
        return open;
    }

    private void makeIfAbsent() throws IOException {
        try {
            Files.createFile(settings.path(), ownersAndGroups(settings.path()));
        } catch (FileAlreadyExistsException there) {
            // As it should be.
        }
    }

    /** Addresses of clients and names of administrators are not for everyone. */
    private static FileAttribute<?>[] ownersAndGroups(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                }
                : new FileAttribute<?>[0];
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(settings.path(), BasicFileAttributes.class);
    }

    private int lastByte() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(settings.path().toFile(), "r")) {
            file.seek(size - 1);
            return file.read();
        }
    }

    /** Puts the file aside. Where that was interrupted before, there is a gap, and nothing beyond it has to move. */
    private void rotate() throws IOException {
        close();
        if (settings.keep() == 0) {
            Files.deleteIfExists(settings.path());
            return;
        }
        int free = 1;
        while (free < settings.keep() && Files.exists(older(free))) {
            free++;
        }
        for (int i = free; i > 1; i--) {
            move(older(i - 1), older(i));
        }
        move(settings.path(), older(1));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What a larger {@code keep} has left. */
    private void removeBeyondKeep() throws IOException {
        int beyond = settings.keep() + 1;
        while (Files.deleteIfExists(older(beyond))) {
            beyond++;
        }
    }

    private Path older(int number) {
        Path path = settings.path();
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void cutOff(FileOutputStream out) {
        try {
            out.getChannel().truncate(size);
        } catch (IOException worse) {
            // Then there is half a line, and the next one starts on a line of its own.
        }
    }
}
