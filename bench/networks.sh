#!/bin/bash
# Networks: what the default network and a published port add to `docker run`, what it takes to
# connect a running container to a network, and a hundred containers with a port each, started
# and removed 8 at a time; by Jong, by a dockerd in turn, and for the first by podman. Medians; one
# JSON line to networks.jsonl. The limit is `ip -batch` and `nft -f` making and deleting the same
# interfaces, addresses, routes and map elements.
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock PEER_PODMAN="podman" PEER_ENTER=/path/enter \
#       bench/networks.sh [ROUNDS]
#
# PEER_PODMAN is run by PEER_ENTER, if that is given.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-9}
hundreds=3 # rounds of a hundred containers
work=$(mktemp -d /tmp/jong-XXXXXX) # short, as sockets lie below it
results=$work/results # lines: engine metric value
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false
image=jong-bench-networks
namespace=jong-bench-limit
hosts=(jong "unix://$work/jong.sock")
[ -z "${PEER_DOCKER_HOST-}" ] || hosts+=(peer "$PEER_DOCKER_HOST")
read -ra podman <<<"${PEER_PODMAN:+${PEER_ENTER-} $PEER_PODMAN}"

stop() {
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        export DOCKER_HOST=${hosts[i + 1]}
        docker rm -f bench-joins bench-net-{1..100}
        docker network rm bench-joined
        docker rmi "$image"
    done >/dev/null 2>&1
    [ ${#podman[@]} = 0 ] || "${podman[@]}" rmi "$image" >/dev/null 2>&1 || true
    [ -z "${jongd-}" ] || { kill "$jongd" && wait "$jongd" || true; }
    ip netns delete $namespace
    ip link delete jonglimit
    nft delete table inet jong_limit
    rm -rf "$work"
} 2>/dev/null
trap stop EXIT

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

# METRIC COMMAND…: the milliseconds that the command takes, as a line of the results.
timed() {
    local metric=$1 start=$EPOCHREALTIME
    shift
    "$@" >/dev/null
    local end=$EPOCHREALTIME
    record "$metric" "$(awk "BEGIN { print ($end - $start) * 1000 }")"
}

prepare() {
    docker import "$work/root.tar" "$image" >/dev/null
    docker network create bench-joined >/dev/null
    docker run -d --name bench-joins "$image" sleep 100000 >/dev/null
}

starts() {
    timed run_none_ms docker run --rm --network none "$image" true
    timed run_bridge_ms docker run --rm "$image" true
    timed run_port_ms docker run --rm -p 80 "$image" true
    timed run_user_ms docker run --rm --network bench-joined "$image" true
    timed connect_ms docker network connect bench-joined bench-joins
    timed disconnect_ms docker network disconnect bench-joined bench-joins
    timed connect_api_ms membership connect
    timed disconnect_api_ms membership disconnect
}

# The same without the docker CLI, whose own start is most of it.
membership() {
    curl -sf --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' \
        -d '{"Container": "bench-joins"}' "http://localhost/networks/bench-joined/$1"
}

podman_starts() {
    timed run_none_ms "${podman[@]}" run --rm --network none "$image" true
    timed run_bridge_ms "${podman[@]}" run --rm "$image" true
    timed run_port_ms "${podman[@]}" run --rm -p 28200:80 "$image" true
}

start_hundred() {
    seq 100 | xargs -P 8 -I{} docker run -d --name bench-net-{} -p 80 "$image" sleep 1000
}

remove_hundred() { seq 100 | xargs -P 8 -I{} docker rm -f bench-net-{}; }

hundred() {
    timed start_100_ms start_hundred
    timed remove_100_ms remove_hundred
}

# The same objects as a container with a port has, by programs in C; the sandbox is there already.
prepare_limit() {
    ip netns add $namespace
    ip link add jonglimit type bridge
    ip address add 172.29.240.1/24 dev jonglimit
    ip link set jonglimit up
    nft -f - <<'END'
table inet jong_limit {
    map ports { type inet_proto . inet_service : ipv4_addr . inet_service; }
}
END
    echo "link add jonglimit1 type veth peer name eth0 netns $namespace
link set jonglimit1 master jonglimit up" >"$work/outside"
    echo 'link set eth0 up
address add 172.29.240.2/24 dev eth0
route add default via 172.29.240.1' >"$work/inside"
    echo 'add element inet jong_limit ports { tcp . 28201 : 172.29.240.2 . 80 }' >"$work/publish"
    echo 'delete element inet jong_limit ports { tcp . 28201 }' >"$work/withdraw"
}

make_by_hand() {
    ip -batch "$work/outside"
    ip -n $namespace -batch "$work/inside"
    nft -f "$work/publish"
}

delete_by_hand() {
    nft -f "$work/withdraw"
    ip link delete jonglimit1
}

limit() {
    timed set_up_ms make_by_hand
    timed tear_down_ms delete_by_hand
}

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
"$top/dist/src/test/fixtures/busybox-image.sh" "$work/busybox.tar" "$work/root.tar"

"$top/jongd" -H "unix://$work/jong.sock" --data-root "$work/data" --exec-root "$work/run" \
    --pidfile "$work/jongd.pid" --bridge jongnets --bip 172.29.241.1/24 \
    --default-address-pool base=172.29.244.0/22,size=24 >"$work/jongd.log" 2>&1 &
jongd=$!
until docker -H "unix://$work/jong.sock" version >/dev/null 2>&1; do
    kill -0 $jongd || { cat "$work/jongd.log"; exit 1; }
    sleep 0.1
done

load=$(cut -d' ' -f1 /proc/loadavg)
each_engine prepare
prepare_limit
if [ ${#podman[@]} != 0 ]; then
    "${podman[@]}" import - "$image" <"$work/root.tar" >/dev/null 2>&1
fi
for ((n = 0; n < rounds; n++)); do
    each_engine starts
    engine=limit && limit
    [ ${#podman[@]} = 0 ] || { engine=podman && podman_starts; }
done
for ((n = 0; n < hundreds; n++)); do each_engine hundred; done

# The median of each, as a table and a line for the record.
medians=$(sort -k1,2 -k3n "$results" | awk '
    function flush() { if (n) print key, value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = 0 } value[++n] = $3 }
    END { flush() }')
echo "$medians" | awk '
    { value[$2, $1] = $3; metrics[$2] }
    END {
        printf "%-18s %8s %8s %7s %8s %8s\n", "ms, median", "jong", "peer", "ratio", "podman",
            "limit"
        for (m in metrics)
            printf "%-18s %8.1f %8.1f %7.2f %8.1f %8.1f\n", m, value[m, "jong"],
                value[m, "peer"], value[m, "peer"] ? value[m, "jong"] / value[m, "peer"] : 0,
                value[m, "podman"], value[m, "limit"]
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
    END { print "{" head lines "}" }' >>"$here/networks.jsonl"
