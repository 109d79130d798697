#!/bin/bash
# Jong and a dockerd in turn, with the same docker CLI; medians; one JSON line to results.jsonl.
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock bench/compare.sh [ROUNDS]
#
# Starts a jongd of its own. The peer must run on this machine: its memory is read in /proc, as
# that of all processes called dockerd and containerd. Another JVM at the same time makes jongd's
# memory look smaller, as the two share the JDK's pages.
# Without PEER_DOCKER_HOST only Jong and the physical limit (floor.c) are measured.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-9}
work=$(mktemp -d /tmp/jong-XXXXXX) # short, as sockets lie below it
results=$work/results # lines: engine metric value
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false
export DOCKER_HOST=unix://$work/jong.sock
image=jong-bench # of its own, as a tag like busybox may mean something to the peer's owner
log_bytes=48000000
hosts=(jong "$DOCKER_HOST")
[ -z "${PEER_DOCKER_HOST-}" ] || hosts+=(peer "$PEER_DOCKER_HOST")

stop() {
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        DOCKER_HOST=${hosts[i + 1]}
        docker rm -f bench-exec bench-log bench-idle-{1..5} || true
        docker volume rm bench-lines || true
        docker rmi "$image" || true
    done >/dev/null 2>&1
    [ -z "${jongd-}" ] || { kill "$jongd" && wait "$jongd" || true; }
    rm -rf "$work"
} 2>/dev/null
trap stop EXIT

# METRIC COMMAND…: the milliseconds that the command takes, as a line of the results.
timed() {
    local metric=$1 start=$EPOCHREALTIME
    shift
    "$@" >/dev/null
    local end=$EPOCHREALTIME
    record "$metric" "$(awk "BEGIN { print ($end - $start) * 1000 }")"
}

record() { echo "$engine $1 $2" >>"$results"; }

# For each engine in turn, in every round, so that a slow minute of the machine hits both.
each_engine() {
    local i
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        engine=${hosts[i]}
        export DOCKER_HOST=${hosts[i + 1]}
        "$@"
    done
}

# Proportional set size in KiB of all processes whose name or command line matches.
pss() {
    local sum=0 process
    for process in $("$@"); do
        sum=$((sum + $(awk '/^Pss:/ { print $2 }' "/proc/$process/smaps_rollup")))
    done
    echo $sum
}

named() { grep -lxE "$1" /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3; }

# The processes that watch over our idle containers: they have a container's id in their
# arguments, in a path or by itself.
watchers() {
    docker ps -q --no-trunc -f name=bench-idle >"$work/ids"
    grep -lFf "$work/ids" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3
}

daemon_pss() {
    case $engine in
    jong) record daemon_pss_kib "$(pss echo "$jongd")" ;;
    peer) record daemon_pss_kib "$(pss named 'dockerd|containerd')" ;;
    esac
}

container_pss() {
    local i process
    for i in 1 2 3 4 5; do
        docker run -d --name bench-idle-$i --network none "$image" sleep 1000 >/dev/null
    done
    sleep 1
    for process in $(watchers); do record container_pss_kib "$(pss echo "$process")"; done
    docker rm -f bench-idle-{1..5} >/dev/null
}

prepare() {
    docker import "$work/root.tar" "$image" >/dev/null
    docker run --rm -v bench-lines:/lines "$image" sh -c "$make_lines >/lines/all"
    docker run -d --name bench-exec "$image" sleep 100000 >/dev/null
}

starts() {
    timed run_bridge_ms docker run --rm "$image" true
    timed run_none_ms docker run --rm --network none "$image" true
    timed exec_ms docker exec bench-exec true
}

# 48 MB of lines of 100 bytes, from `docker run` until the container's end is known, when the log
# is complete; then read back. The lines were made before and lie in a volume, because busybox
# makes them more slowly than Jong logs them: `yes | head` would measure itself. That is measured
# too, as what a container that works for its lines sees.
line=$(printf '%099d' 0)
make_lines="yes $line | head -c $log_bytes"
write_log() {
    docker run -d --name bench-log --network none -v bench-lines:/lines:ro "$image" sh -c "$1"
    docker wait bench-log
}

logs() {
    timed log_made_ms write_log "$make_lines"
    docker rm bench-log >/dev/null
    timed log_write_ms write_log 'cat /lines/all'
    timed log_read_ms docker logs bench-log
    ((round > 0)) || [ "$(docker logs bench-log | wc -c)" = $log_bytes ]
    docker rm bench-log >/dev/null
}

# User and system time of the client, from the launcher to its end.
ps_cpu() {
    local times TIMEFORMAT='%U %S'
    times=$({ time "$@" >/dev/null 2>&1; } 2>&1)
    record "$metric" "$(awk "BEGIN { split(\"$times\", t, \" \"); print (t[1] + t[2]) * 1000 }")"
}

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
"$top/dist/src/test/fixtures/busybox-image.sh" "$work/busybox.tar" "$work/root.tar"
mkdir "$work/root"
tar -xf "$work/root.tar" -C "$work/root"
gcc -O2 -static -o "$work/floor" "$here/floor.c"

"$top/jongd" -H "unix://$work/jong.sock" --data-root "$work/data" --exec-root "$work/run" \
    --pidfile "$work/jongd.pid" --bridge jongbench --bip 172.29.250.1/24 \
    >"$work/jongd.log" 2>&1 &
jongd=$!
until docker version >/dev/null 2>&1; do
    kill -0 $jongd || { cat "$work/jongd.log"; exit 1; }
    sleep 0.1
done

load=$(cut -d' ' -f1 /proc/loadavg)
each_engine prepare
for ((round = 0; round < rounds; round++)); do
    each_engine starts
    each_engine logs
    engine=jong DOCKER_HOST=unix://$work/jong.sock metric=ps_cpu_ms ps_cpu "$top/jong" ps
    engine=jong DOCKER_HOST=unix://$work/jong.sock metric=docker_ps_cpu_ms ps_cpu docker ps
done
engine=floor
"$work/floor" run "$work/root" bridge | while read -r ms; do record run_bridge_ms "$ms"; done
"$work/floor" run "$work/root" | while read -r ms; do record run_none_ms "$ms"; done
DOCKER_HOST=unix://$work/jong.sock
pid=$(docker inspect -f '{{.State.Pid}}' bench-exec)
"$work/floor" exec "$pid" | while read -r ms; do record exec_ms "$ms"; done
each_engine docker rm -f bench-exec >/dev/null
for ((round = 0; round < rounds; round += 5)); do each_engine container_pss; done
sleep 30 # idle: after all the work above
for ((round = 0; round < rounds; round++)); do each_engine daemon_pss; done

# The median of each, as a table for the reader and a line for the record.
medians=$(sort -k1,2 -k3n "$results" | awk '
    function flush() { if (n) print key, value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = 0 } value[++n] = $3 }
    END { flush() }')
echo "$medians" | awk '
    { value[$2, $1] = $3; metrics[$2] }
    END {
        printf "%-18s %10s %10s %10s %7s\n", "median", "jong", "peer", "floor", "ratio"
        for (m in metrics)
            printf "%-18s %10.1f %10.1f %10.1f %7.2f\n", m, value[m, "jong"], value[m, "peer"],
                value[m, "floor"], value[m, "peer"] ? value[m, "jong"] / value[m, "peer"] : 0
    }'
commit=$(git -C "$top" rev-parse --short HEAD)
git -C "$top" diff --quiet HEAD || commit=$commit+changes
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
peer=
[ -z "${PEER_DOCKER_HOST-}" ] ||
    peer=$(docker -H "$PEER_DOCKER_HOST" version -f '{{.Server.Version}}')
echo "$medians" | awk -v head="\"time\":\"$(date -u +%FT%TZ)\",\"commit\":\"$commit\",\
\"machine\":\"$cpu, $(nproc) cores, Linux $(uname -r)\",\"load\":$load,\"rounds\":$rounds,\
\"peer\":\"$peer\"" '
    { lines = lines sprintf(",\"%s.%s\":%s", $1, $2, $3) }
    END { print "{" head lines "}" }' >>"$here/results.jsonl"
