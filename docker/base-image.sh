#!/usr/bin/env bash
# Makes the images of the container tests from what this machine has installed; nothing is pulled from a registry.
#
#   $SPILLWAY_BASE_IMAGE      (spillway-base:local)      a Java runtime, a shell; stands in for eclipse-temurin:25-jre
#   $SPILLWAY_SERVICES_IMAGE  (spillway-services:local)  redis, nginx with a small site, and their load generators
#
# Both are the programs' own files with the shared libraries they name, and busybox. Needs: a JDK with jlink,
# busybox-static, redis-server, redis-tools, nginx, wrk, and an engine that answers. Prints one line per image: name, id, size.
set -euo pipefail

base_image=${SPILLWAY_BASE_IMAGE:-spillway-base:local}
services_image=${SPILLWAY_SERVICES_IMAGE:-spillway-services:local}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# What spillway.jar needs of the JDK: Netty (logging, unsupported, jfr), Logback (naming, xml), readings of memory and
# descriptors (management, jdk.management), TLS to come (crypto.ec). java.desktop and java.sql, which jdeps lists as well,
# are bean and JDBC binders of Typesafe Config, Jackson and Micrometer that are never loaded here.
modules=java.base,java.logging,java.management,java.naming,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported

fail() {
    echo "base-image: $*" >&2
    exit 1
}

# Where a program's own file is, behind links.
program() {
    readlink -f "$(PATH=$PATH:/usr/sbin:/sbin type -P "$1" || fail "$1 is not installed (expected: on the PATH)")"
}

# The JDK whose jlink belongs to the java that builds Spillway: $JAVA_HOME, else the one on the PATH.
java_home() {
    local home=${JAVA_HOME:-}
    [ -n "$home" ] || home=$(dirname "$(dirname "$(program javac)")")
    [ -x "$home/bin/jlink" ] || fail "no jlink in $home (expected: a full JDK in JAVA_HOME)"
    echo "$home"
}

# The loader and the libraries that the given files are linked with, each once.
libraries() {
    ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && NF == 2 { print $1 }' | sort -u
}

# Copies the libraries of the given files into a root, save those that are in it already, as a runtime's own are.
copy_libraries() {
    local root=$1 library
    shift
    while read -r library; do
        [ "${library#"$root"}" = "$library" ] || continue
        mkdir -p "$root$(dirname "$library")"
        cp -Lf "$library" "$root$library"
    done < <(libraries "$@")
}

# A root file system with a shell, users, and the places programs expect.
new_root() {
    local root=$1
    mkdir -p "$root"/{bin,etc,tmp,usr/bin,usr/sbin,usr/lib,var/tmp}
    # As merged-usr systems have it: libraries are asked for under /lib and /lib64.
    ln -s usr/lib "$root/lib"
    mkdir "$root/usr/lib64" && ln -s usr/lib64 "$root/lib64"
    chmod 1777 "$root/tmp" "$root/var/tmp"
    cp "$(program busybox)" "$root/bin/busybox"
    local applet
    for applet in $("$root/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
}

import() {
    local root=$1 name=$2
    shift 2
    tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "$@" - "$name" >/dev/null
    docker image inspect --format "$name {{.Id}} {{.Size}} bytes" "$name"
}

base() {
    local root=$1 runtime=$1/opt/java/openjdk home
    home=$(java_home)
    new_root "$root"
    mkdir -p "$root/opt/java"
    local source=()
    # JDKs without jmods, as newer ones come, link from their own image.
    [ ! -d "$home/jmods" ] || source=(--module-path "$home/jmods")
    "$home/bin/jlink" "${source[@]}" --add-modules "$modules" --output "$runtime" \
        --strip-java-debug-attributes --no-header-files --no-man-pages --generate-cds-archive >/dev/null
    # Debian keeps these outside the JDK and links to them.
    find "$runtime" -xtype l -delete
    find "$runtime" -name '*.so' -exec strip --strip-unneeded {} + 2>/dev/null || true
    local files=("$runtime/bin/java")
    while IFS= read -r -d '' file; do files+=("$file"); done < <(find "$runtime/lib" -name '*.so' -print0)
    LD_LIBRARY_PATH=$runtime/lib:$runtime/lib/server copy_libraries "$root" "${files[@]}"
    # Netty's native transports ask for these by name when they are loaded; ldd of java does not show them.
    local directory
    directory=$(dirname "$(libraries /bin/sh | grep -F libc.so.6)")
    for library in libdl.so.2 librt.so.1 libpthread.so.0 libresolv.so.2; do
        cp -L "$directory/$library" "$root$directory/$library"
    done
    import "$root" "$base_image" --change 'ENV JAVA_HOME=/opt/java/openjdk' --change 'ENV LANG=C.UTF-8' \
        --change 'ENV PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/bin' --change 'CMD ["/bin/sh"]'
}

services() {
    local root=$1 name file
    new_root "$root"
    for name in redis-server redis-cli redis-benchmark nginx wrk; do
        file=$(program "$name")
        cp "$file" "$root/usr/bin/$name"
        copy_libraries "$root" "$file"
    done
    mkdir -p "$root"/etc/nginx "$root"/var/lib/nginx "$root"/var/log/nginx "$root"/srv/www
    cp "$here/nginx/nginx.conf" "$root/etc/nginx/nginx.conf"
    cp -r "$here/nginx/www/." "$root/srv/www/"
    import "$root" "$services_image" --change 'ENV PATH=/usr/sbin:/usr/bin:/bin' --change 'CMD ["/bin/sh"]'
}

docker info >/dev/null 2>&1 || fail 'no engine answers (expected: "docker info" to succeed)'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
base "$work/base"
services "$work/services"
