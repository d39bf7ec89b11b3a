#!/bin/sh
# Ends with 0 if the admin plane says that Spillway lives, else with 1. No JVM is started: a check every few seconds must
# not cost the proxy's container memory. Takes what the base image has: curl, wget (GNU or busybox), or bash.
#
#   SPILLWAY_HEALTH_URL  http://127.0.0.1:9901/health/live; change it with admin.bind
set -u

url=${SPILLWAY_HEALTH_URL:-http://127.0.0.1:9901/health/live}
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

# The programs' own time limits differ, and that of busybox 1.35 (wget -T) crashes it.
within() {
    timeout 2 "$@" || exit 1
}

# With nothing but bash: one request by hand, judged by its status line.
request='
    rest=${0#http://} address=${rest%%/*} path=/${rest#*/}
    exec 3<>"/dev/tcp/${address%:*}/${address##*:}" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" "$path" "$address" >&3
    read -r _ status _ <&3 && [ "$status" = 200 ]
'

if command -v curl >/dev/null; then
    within curl -fsS -o /dev/null "$url"
elif command -v wget >/dev/null; then
    within wget -q -O /dev/null "$url"
elif command -v bash >/dev/null; then
    within bash -c "$request" "$url"
else
    echo 'healthcheck: no curl, wget or bash in this image' >&2
    exit 1
fi
