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
list=$home/spillway.classes

# Takes options, all or none, that this JVM knows.
take() {
    if java "$@" -version >/dev/null 2>&1; then
        printf '%s\n' "$*" >>"$options"
    fi
}

# Runs Spillway with these options until it is healthy, and ends it in good order; the file has to be there then.
#   rehearse FILE OPTIONS
rehearse() {
    rm -f "$1"
    SPILLWAY_UPSTREAM=127.0.0.1:9 SPILLWAY_MEMORY=256m SPILLWAY_JAVA_OPTS=$2 \
        "$home/entrypoint.sh" run -c "$configuration" &
    pid=$! tries=0
    until "$home/healthcheck.sh" 2>/dev/null || [ $tries -ge 150 ] || ! kill -0 $pid 2>/dev/null; do
        tries=$((tries + 1))
        sleep 0.2
    done
    kill -TERM $pid 2>/dev/null && wait $pid && [ -s "$1" ]
}

# Makes the archive of a list of classes.
dump() {
    java -Xshare:dump -XX:SharedClassListFile="$list" -XX:SharedArchiveFile="$archive" -cp "$home/spillway.jar" \
        -Xmx256m -XX:+UseSerialGC -Xlog:cds=error -Xlog:class+path=error >&2 && [ -s "$archive" ]
}

: >"$options"
# From 23 on: Netty may reach memory outside of the heap by the short way; on 25 it would go a longer one, and on 24 the JVM
# would warn of it.
take --sun-misc-unsafe-memory-access=allow
# Gives what the compilers have used back to the system, every five seconds; from 17.0.9 and 21.0.1 on.
take -XX:TrimNativeHeapInterval=5000
# The archive's pages stay those of its file, for every page that is moved elsewhere is copied.
take -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0

# From 25 on: an archive of classes that are linked already. What it could learn for the second compiler is left out, for
# there is no traffic to learn from here.
quiet="-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining"
# shellcheck disable=SC2086 # options are split at blanks on purpose
java $quiet -version >/dev/null 2>&1 || quiet=
if java -XX:+PrintFlagsFinal -version 2>/dev/null | grep -q ' AOTCacheOutput ' &&
    rehearse "$archive" "-XX:AOTCacheOutput=$archive $quiet"; then
    echo "-XX:AOTCache=$archive -Xlog:aot=off -Xlog:cds=off" >>"$options"
# Before: one archive of these classes alone, in place of the JDK's, which holds many others.
elif rehearse "$list" "-XX:DumpLoadedClassList=$list" && dump; then
    echo "-XX:SharedArchiveFile=$archive -Xlog:cds=off" >>"$options"
else
    echo 'learn: this JVM can make no class archive' >&2
    rm -f "$archive"
fi
rm -f "$list"
echo "learn: $(java -version 2>&1 | head -n 1): $(tr '\n' ' ' <"$options")"
