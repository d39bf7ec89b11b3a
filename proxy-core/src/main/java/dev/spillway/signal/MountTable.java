package dev.spillway.signal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is mounted for this process, as {@code /proc/self/mountinfo} has it (proc(5)). */
final class MountTable {
    private final List<Mount> mounts;

    /**
     * One mount.
     *
     * @param root what of the file system is mounted, a path in it
     * @param point where
     * @param type of the file system
     * @param options of the file system itself
     */
    record Mount(String root, String point, String type, List<String> options) {}

    private MountTable(List<Mount> mounts) {
        this.mounts = mounts;
    }

    static MountTable read(SystemFiles files) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        String table = new String(Files.readAllBytes(files.at("/proc/self/mountinfo")), StandardCharsets.UTF_8);
        for (String line : table.split("\n", -1)) {
            // 36 35 98:0 /root /point rw,noatime master:1 - type source rw,options
            int dash = line.indexOf(" - ");
            String[] left = line.substring(0, Math.max(0, dash)).split(" ", -1);
            String[] right = line.substring(dash < 0 ? line.length() : dash + 3).split(" ", -1);
            if (left.length >= 5 && right.length >= 3) {
                mounts.add(new Mount(plain(left[3]), plain(left[4]), right[0], Arrays.asList(right[2].split(",", -1))));
            }
        }
        return new MountTable(mounts);
    }

    /** Spaces, tabs, line ends and backslashes in paths are written as {@code \040}. */
    private static String plain(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '\\' && octal(escaped, i + 1)) {
                plain.append((char) Integer.parseInt(escaped.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(escaped.charAt(i));
            }
        }
        return plain.toString();
    }

    private static boolean octal(String text, int from) {
        return from + 3 <= text.length() && text.substring(from, from + 3).matches("[0-3][0-7]{2}");
    }

    /** The mounts of a type, the latest first: it is the one to be seen where two share a point. */
    List<Mount> of(String type) {
        List<Mount> found = new ArrayList<>();
        for (Mount mount : mounts) {
            if (mount.type().equals(type)) {
                found.add(0, mount);
            }
        }
        return found;
    }

    /** Whether something is mounted on {@code file} itself. */
    boolean covers(String file) {
        return mounts.stream().anyMatch(mount -> mount.point().equals(file));
    }
}
