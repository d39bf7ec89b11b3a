package dev.spillway.signal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The control group of this process that memory is accounted to, as far up as it is to be seen.
 *
 * <p>{@code /proc/self/cgroup} says which group of each hierarchy the process is in, and {@code mountinfo} where which part
 * of a hierarchy is mounted. Version 1 has a hierarchy with a controller called {@code memory}; the only one of version 2
 * has no name and the number 0. A machine may have both, and then memory belongs to the one of version 1 if that is
 * there. In a container the part that is mounted may begin at the container's own group, whose path is then the same in
 * both files; or the container has a namespace of groups, and both paths begin at it.
 *
 * @param version 1 or 2
 * @param path of the process's group, as {@code /proc/self/cgroup} has it
 * @param lineage the folders of that group and of those above it up to the mount, itself first
 */
record Cgroup(int version, String path, List<Path> lineage) {
    private static final String MEMBERSHIP = "/proc/self/cgroup";
    private static final int MOST_LEVELS = 32;

    /** The group that accounts memory. */
    static Cgroup ofMemory(SystemFiles files) throws IOException {
        Optional<String> first = path(files, "memory");
        if (first.isPresent()) {
            return found(files, 1, first.get());
        }
        return unified(files);
    }

    /** The group of the hierarchy of version 2. */
    static Cgroup unified(SystemFiles files) throws IOException {
        return found(
                files,
                2,
                path(files, "")
                        .orElseThrow(() -> new IOException(
                                files.at(MEMBERSHIP) + " names no control group that accounts memory")));
    }

    /** What tells that the process was moved to another group. */
    static PolledFile membership(SystemFiles files) throws IOException {
        return new PolledFile(files.at(MEMBERSHIP));
    }

    /** The path in the hierarchy that has {@code controller}; the empty name is that of version 2. */
    private static Optional<String> path(SystemFiles files, String controller) throws IOException {
        Path membership = files.at(MEMBERSHIP);
        if (!Files.exists(membership)) {
            throw new IOException("there is no " + membership);
        }
        String groups = new String(Files.readAllBytes(membership), StandardCharsets.UTF_8);
        for (String line : groups.split("\n", -1)) {
            // 4:memory:/docker/4f2a or 0::/system.slice/spillway.service; the path may have colons in it.
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && Arrays.asList(parts[1].split(",", -1)).contains(controller)) {
                return Optional.of(parts[2]);
            }
        }
        return Optional.empty();
    }

    private static Cgroup found(SystemFiles files, int version, String path) throws IOException {
        List<MountTable.Mount> mounts = MountTable.read(files).of(version == 1 ? "cgroup" : "cgroup2");
        List<String> tried = new ArrayList<>();
        for (MountTable.Mount mount : mounts) {
            if (version == 2 || mount.options().contains("memory")) {
                Optional<String> below = below(mount.root(), path);
                Path top = files.at(mount.point());
                if (below.isPresent() && Files.isDirectory(top.resolve(below.get()))) {
                    return new Cgroup(version, path, lineage(top, top.resolve(below.get())));
                }
                tried.add(mount.point() + " (" + mount.root() + ")");
            }
        }
        throw new IOException("the control group " + path + " of this process is not to be seen"
                + (tried.isEmpty() ? ": its hierarchy is not mounted" : " under " + String.join(", ", tried)));
    }

    /** {@code path} relative to {@code root}, if it is below it. */
    private static Optional<String> below(String root, String path) {
        if (path.contains("/..")) {
            // Above the namespace: what is there belongs to others.
            return Optional.empty();
        }
        if (root.equals("/")) {
            return Optional.of(path.substring(1));
        }
        if (path.equals(root)) {
            return Optional.of("");
        }
        return path.startsWith(root + "/") ? Optional.of(path.substring(root.length() + 1)) : Optional.empty();
    }

    private static List<Path> lineage(Path top, Path own) {
        List<Path> lineage = new ArrayList<>();
        for (Path each = own.normalize();
                each != null && each.startsWith(top) && lineage.size() < MOST_LEVELS;
                each = each.getParent()) {
            lineage.add(each);
        }
        return List.copyOf(lineage);
    }
}
