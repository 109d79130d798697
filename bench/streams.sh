#!/bin/bash
# TCP throughput of one stream, by Jong and by a dockerd in turn, in Mbit/s: from a container to its
# neighbour, from the host to a published port, by loopback and by the host's address, and from a
# container to its own network's published port at the host's address. Medians; one JSON line to
# streams.jsonl. stream.c is both ends.
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock bench/streams.sh [ROUNDS]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-11}
seconds=2
port=28770
work=$(mktemp -d /tmp/jong-XXXXXX) # short, as sockets lie below it
results=$work/results # lines: engine metric value
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false
image=jong-bench-streams
hosts=(jong "unix://$work/jong.sock")
[ -z "${PEER_DOCKER_HOST-}" ] || hosts+=(peer "$PEER_DOCKER_HOST")

stop() {
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        DOCKER_HOST=${hosts[i + 1]}
        export DOCKER_HOST
        docker rm -f bench-streams bench-streams-sender
        docker network rm bench-streams
        docker rmi "$image"
    done >/dev/null 2>&1
    [ -z "${jongd-}" ] || { kill "$jongd" && wait "$jongd" || true; }
    rm -rf "$work"
} 2>/dev/null
trap stop EXIT

record() { echo "$engine $1 $2" >>"$results"; }

# For each engine in turn, in every round, so that a slow minute of the machine hits both.
each_engine() {
    local i
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        engine=${hosts[i]}
        number=$i
        export DOCKER_HOST=${hosts[i + 1]}
        "$@"
    done
}

prepare() {
    docker import "$work/image.tar" "$image" >/dev/null
    docker network create bench-streams >/dev/null
    docker run -d --name bench-streams --network bench-streams -p $((port + number)):5001 "$image" \
        /stream sink 5001 >/dev/null
    docker run -d --name bench-streams-sender --network bench-streams "$image" \
        /stream sink 5001 >/dev/null
}

# From a container's network namespace, by a process of the host: what an engine does after a start
# is not to be measured on a machine of few processors.
from_container() {
    nsenter -t "$(docker inspect -f '{{.State.Pid}}' bench-streams-sender)" -n \
        "$work/root/stream" send "$@" $seconds
}

round() {
    local address
    address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' \
        bench-streams)
    record container_to_container "$(from_container "$address" 5001)"
    record host_to_published_at_loopback \
        "$("$work/root/stream" send 127.0.0.1 $((port + number)) $seconds)"
    record host_to_published_at_address \
        "$("$work/root/stream" send "$own" $((port + number)) $seconds)"
    record container_to_published "$(from_container "$own" $((port + number)))"
}

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
mkdir "$work/root"
musl-gcc -O2 -static -o "$work/root/stream" "$here/stream.c" ||
    gcc -O2 -static -o "$work/root/stream" "$here/stream.c"
tar -cf "$work/image.tar" -C "$work/root" .
own=$(ip -4 route get 192.0.2.1 | sed -n 's/.* src \([0-9.]*\).*/\1/p')

"$top/jongd" -H "unix://$work/jong.sock" --data-root "$work/data" --exec-root "$work/run" \
    --pidfile "$work/jongd.pid" --bridge jongstreams --bip 172.29.246.1/24 \
    --default-address-pool base=172.29.247.0/24,size=24 >"$work/jongd.log" 2>&1 &
jongd=$!
until docker -H "unix://$work/jong.sock" version >/dev/null 2>&1; do
    kill -0 $jongd || { cat "$work/jongd.log"; exit 1; }
    sleep 0.1
done

load=$(cut -d' ' -f1 /proc/loadavg)
each_engine prepare
for ((n = 0; n < rounds; n++)); do each_engine round; done

# The median of each, as a table for the reader and a line for the record.
medians=$(sort -k1,2 -k3n "$results" | awk '
    function flush() { if (n) print key, value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = 0 } value[++n] = $3 }
    END { flush() }')
echo "$medians" | awk '
    { value[$2, $1] = $3; metrics[$2] }
    END {
        printf "%-30s %8s %8s %7s\n", "median, Mbit/s", "jong", "peer", "ratio"
        for (m in metrics)
            printf "%-30s %8d %8d %7.2f\n", m, value[m, "jong"], value[m, "peer"],
                value[m, "peer"] ? value[m, "jong"] / value[m, "peer"] : 0
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
    END { print "{" head lines "}" }' >>"$here/streams.jsonl"
