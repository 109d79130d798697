#!/bin/bash
# Jong and a dockerd in turn, with the same docker CLI; medians; one JSON line to results.jsonl.
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock bench/compare.sh [ROUNDS]
#
# Starts a jongd of its own. The peer must run on this machine: its memory is read in /proc.
# Without PEER_DOCKER_HOST only Jong and the physical limit (floor.c) are measured.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-9}
work=$(mktemp -d /tmp/jong-bench-XXXXXX)
results=$work/results # lines: engine metric value
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false
export DOCKER_HOST=unix://$work/jong.sock
hosts=(jong "$DOCKER_HOST")
[ -z "${PEER_DOCKER_HOST-}" ] || hosts+=(peer "$PEER_DOCKER_HOST")

stop() {
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        docker -H "${hosts[i + 1]}" rm -f bench-exec bench-log bench-idle-{1..5} || true
    done >/dev/null 2>&1
    [ -z "${jongd-}" ] || { kill "$jongd" && wait "$jongd" || true; }
    rm -rf "$work"
}
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

# For each engine in turn, first one and then the other first, so that a slow minute hits both.
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

monitors() {
    grep -lF "$work/run/" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3 | grep -vx "$jongd"
}

daemon_pss() {
    case $engine in
    jong) record daemon_pss_kib "$(pss echo "$jongd")" ;;
    peer) record daemon_pss_kib "$(pss named 'dockerd|containerd')" ;;
    esac
}

container_pss() {
    local i count=5
    for i in 1 2 3 4 5; do
        docker run -d --name bench-idle-$i --network none busybox sleep 1000 >/dev/null
    done
    sleep 1
    case $engine in
    jong) record container_pss_kib $(($(pss monitors) / count)) ;;
    peer) record container_pss_kib $(($(pss named 'containerd-shim') / count)) ;;
    esac
    docker rm -f bench-idle-{1..5} >/dev/null
}

prepare() {
    docker load -qi "$work/busybox.tar" >/dev/null
    docker run --rm busybox true
    docker run -d --name bench-exec busybox sleep 100000 >/dev/null
}

starts() {
    timed run_bridge_ms docker run --rm busybox true
    timed run_none_ms docker run --rm --network none busybox true
    timed exec_ms docker exec bench-exec true
}

# 48 MB of lines of 64 bytes, from the container's start to its end, and read back.
line=$(printf '%063d' 0)
write_log() {
    docker run -d --name bench-log --network none busybox sh -c "yes $line | head -c 48000000"
    docker wait bench-log
}

logs() {
    timed log_write_ms write_log
    timed log_read_ms docker logs bench-log
    docker rm bench-log >/dev/null
}

# User and system time of the client, from the launcher to its end.
ps_cpu() {
    local times TIMEFORMAT='%U %S'
    times=$({ time "$@" >/dev/null; } 2>&1)
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
for ((round = 0; round < 3; round++)); do each_engine container_pss; done
sleep 5
each_engine daemon_pss

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
