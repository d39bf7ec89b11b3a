package dev.spillway.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The steps of keeping a file, one by one, so that a test can end the process between any two of them. May block. */
interface Disk {
    /** Above the largest there can be: three lists of 65536 ports, each asked for by itself. */
    int MOST_BYTES = 64 << 20;

    /** The content of a regular file of at most {@link #MOST_BYTES}; empty if there is none. */
    Optional<byte[]> read(Path file) throws IOException;

    /** Writes a file anew, and waits until it is on the disk. */
    void write(Path file, byte[] content) throws IOException;

    /** Puts {@code from} in the place of {@code to}: whoever looks sees the one or the other, whole. */
    void replace(Path from, Path to) throws IOException;

    /** Waits until the names in a folder are on the disk. */
    void sync(Path folder) throws IOException;

    /** The real one. */
    Disk REAL = new Disk() {
        @Override
        public Optional<byte[]> read(Path file) throws IOException {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                if (!found.isRegularFile()) {
                    throw new IOException("not a regular file");
                }
                if (found.size() > MOST_BYTES) {
                    throw new IOException(found.size() + " bytes (expected: at most " + MOST_BYTES + ")");
                }
                return Optional.of(Files.readAllBytes(file));
            } catch (NoSuchFileException absent) {
                return Optional.empty();
            }
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            // What a process left that was ended here, or a link that leads elsewhere, is not written through.
            Files.deleteIfExists(file);
            try (FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownersAndGroups(file))) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
        }

        /** Addresses and names of administrators are not for everyone. */
        private FileAttribute<?>[] ownersAndGroups(Path path) {
            return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                    }
                    : new FileAttribute<?>[0];
        }

        @Override
        public void replace(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void sync(Path folder) throws IOException {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    };
}
