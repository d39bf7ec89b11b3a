#!/bin/sh
# Starts Spillway in a container: maps the container's memory limit to the JVM's own limits, then becomes the JVM, so that
# the engine's SIGTERM reaches it. docs/docker.md explains the sizes. Runs under dash, bash and busybox.
#
#   SPILLWAY_MEMORY     bytes, or with k, m or g: the limit to size for, instead of the container's
#   SPILLWAY_JAVA_OPTS  JVM options, split at blanks, placed last so that they win
#
# docs/jvm.md has what each option is worth, measured.
set -eu

home=${SPILLWAY_HOME:-/opt/spillway}
mib=1048576
# The JVM itself: class metadata, compiled code, stacks, malloc. 60 MiB were measured after a load of requests; a sixteenth
# of the limit on top grows with the collector's tables and the threads of a larger machine.
runtime_base=$((80 * mib))
# Below this the heap would be under 16 MiB and start-up alone would fill it.
least=$((128 * mib))
# MiB of heap: to begin with, and up to which one collecting thread is enough.
initial=16
serial_most=512
# Up to here memory is dearer than the processor.
small=$((192 * mib))
small_initial=8
# What to size for when nothing limits the container: a proxy has no business with a share of a whole machine.
unlimited=$((512 * mib))

fail() {
    echo "spillway: $*" >&2
    exit 78
}

# Prints a size in bytes; nothing if it is no size.
bytes() {
    number=${1%[kKmMgG]}
    # Fifteen digits leave room for the unit in a shell's 64 bits.
    case $number in '' | 0* | *[!0-9]* | ????????????????*) return ;; esac
    case $1 in
        *[kK]) echo $((number * 1024)) ;;
        *[mM]) echo $((number * 1024 * 1024)) ;;
        *[gG]) echo $((number * 1024 * 1024 * 1024)) ;;
        *) echo "$number" ;;
    esac
}

# Prints the container's limit in bytes, cgroup v2 or v1; nothing if there is none ("max", or v1's nearly 2^63).
container_limit() {
    for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        [ -r "$file" ] || continue
        read -r value <"$file"
        bytes "$value"
        return
    done
}

# Sets limit and origin.
find_limit() {
    if [ -n "${SPILLWAY_MEMORY:-}" ]; then
        limit=$(bytes "$SPILLWAY_MEMORY") origin=SPILLWAY_MEMORY
        [ -n "$limit" ] || fail "SPILLWAY_MEMORY: $SPILLWAY_MEMORY (expected: bytes, or a number with k, m or g)"
    else
        limit=$(container_limit) origin='of the container'
        [ -n "$limit" ] || { limit=$unlimited origin='assumed, for the container has none'; }
    fi
    [ "$limit" -ge "$least" ] ||
        fail "memory limit $origin: $((limit / mib)) MiB (expected: $((least / mib)) MiB or more)"
}

# Sets options: the sizes, and what a JVM in a container should do.
size() {
    find_limit
    rest=$((limit - runtime_base - limit / 16))
    heap=$((rest * 40 / 100 / mib)) direct=$((rest * 30 / 100 / mib))
    echo "spillway: memory limit $((limit / mib)) MiB ($origin): heap $heap MiB, direct $direct MiB," \
        "left for the runtime and for socket buffers $((limit / mib - heap - direct)) MiB" >&2
    # A small heap to begin with: what is never needed is never touched.
    [ "$limit" -gt "$small" ] || initial=$small_initial
    options="-Xms${initial}m -Xmx${heap}m -XX:MaxDirectMemorySize=${direct}m -XX:MaxMetaspaceSize=96m"
    options="$options -XX:ReservedCodeCacheSize=48m -Xss512k"
    # One thread that collects: of a heap that is small, soon; and with the least memory beside it. For more the JVM chooses.
    [ "$heap" -gt "$serial_most" ] || options="$options -XX:+UseSerialGC"
    # The second compiler takes 5 MiB at rest and more under load. What it would save is small where connections are few.
    [ "$limit" -gt "$small" ] || options="$options -XX:TieredStopAtLevel=1"
    # A JVM that is out of memory is restarted by the engine; its last words go where the engine keeps logs, as the file
    # system goes with the container.
    options="$options -XX:+ExitOnOutOfMemoryError -XX:+ErrorFileToStderr"
    # No file in /tmp that the JVM maps and writes to: a slow disk would stop the collector, a read-only one warn.
    options="$options -XX:-UsePerfData"
}

case ${1:-} in
    run | demo) size ;;
    *) options='-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData' ;;
esac
# What learn.sh found out while the image was built: options that not every JVM knows, and its archive of classes.
[ ! -f "$home/jvm.options" ] || options="$options $(tr '\n' ' ' <"$home/jvm.options")"

# shellcheck disable=SC2086 # options are split at blanks on purpose
exec java $options ${SPILLWAY_JAVA_OPTS:-} -jar "$home/spillway.jar" "$@"
