#!/bin/sh
# Runs while the image is built: asks the image's JVM which options it knows, and runs Spillway once, so that the JVM can
# write down the classes it loads. What is found goes to jvm.options beside this script, from where entrypoint.sh takes it;
# docs/jvm.md has what each is worth. A JVM that knows none of it leaves an empty file.
#
#   learn.sh [FILE]   FILE: a configuration to run with, /etc/spillway/spillway.conf by default
set -eu

home=${SPILLWAY_HOME:-/opt/spillway}
configuration=${1:-/etc/spillway/spillway.conf}
options=$home/jvm.options
archive=$home/spillway.archive

# Takes options, all or none, that this JVM knows.
take() {
    if java "$@" -version >/dev/null 2>&1; then
        printf '%s\n' "$*" >>"$options"
    fi
}

# Runs Spillway with one more option until it is healthy, and ends it in good order.
rehearse() {
    rm -f "$archive"
    SPILLWAY_UPSTREAM=127.0.0.1:9 SPILLWAY_MEMORY=256m SPILLWAY_JAVA_OPTS=$1 \
        "$home/entrypoint.sh" run -c "$configuration" &
    pid=$! tries=0
    until "$home/healthcheck.sh" 2>/dev/null || [ $tries -ge 150 ] || ! kill -0 $pid 2>/dev/null; do
        tries=$((tries + 1))
        sleep 0.2
    done
    kill -TERM $pid 2>/dev/null && wait $pid && [ -s "$archive" ]
}

: >"$options"
# From 23 on: Netty may reach memory outside of the heap by the short way; on 25 it would go a longer one, and on 24 the JVM
# would warn of it.
take --sun-misc-unsafe-memory-access=allow
# Gives what the compilers have used back to the system, every five seconds; from 17.0.9 and 21.0.1 on.
take -XX:TrimNativeHeapInterval=5000
# The archive's pages stay those of its file, for every page that is moved elsewhere is copied.
take -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0

# From 25 on, and better than the archives before: it has classes linked, and what the compilers learnt.
if java -XX:+PrintFlagsFinal -version 2>/dev/null | grep -q ' AOTCacheOutput ' &&
    rehearse "-XX:AOTCacheOutput=$archive"; then
    echo "-XX:AOTCache=$archive -Xlog:aot=off -Xlog:cds=off" >>"$options"
elif rehearse "-XX:ArchiveClassesAtExit=$archive"; then
    echo "-XX:SharedArchiveFile=$archive -Xlog:cds=off -Xlog:cds+dynamic=off" >>"$options"
else
    echo 'learn: this JVM can make no class archive' >&2
    rm -f "$archive"
fi
echo "learn: $(java -version 2>&1 | head -n 1): $(tr '\n' ' ' <"$options")"
