#!/bin/bash
# Names: queries per second of one container at its name server 127.0.0.11, 50 at once, by Jong and
# by a dockerd in turn; for a container's name, which the server knows, and for one that it asks
# another container for (--dns). And what a name server adds to `docker run`. Medians; one JSON line
# to dns.jsonl. dns-load.c is the client and the other server. Any query lost is told.
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock bench/dns.sh [ROUNDS]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-5}
seconds=5
starts=15 # of each kind in a round
work=$(mktemp -d /tmp/jong-XXXXXX) # short, as sockets lie below it
results=$work/results # lines: engine metric value
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false
image=jong-bench-dns
hosts=(jong "unix://$work/jong.sock")
[ -z "${PEER_DOCKER_HOST-}" ] || hosts+=(peer "$PEER_DOCKER_HOST")

stop() {
    for ((i = 0; i < ${#hosts[@]}; i += 2)); do
        DOCKER_HOST=${hosts[i + 1]}
        export DOCKER_HOST
        docker rm -f bench-dns
        docker network rm bench-dns
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
        export DOCKER_HOST=${hosts[i + 1]}
        "$@"
    done
}

prepare() {
    docker import "$work/image.tar" "$image" >/dev/null
    docker network create bench-dns >/dev/null
    docker run -d --name bench-dns --network bench-dns "$image" /dns-load serve 0.0.0.0 >/dev/null
}

ask() { # METRIC NAME OPTIONS…
    local metric=$1 name=$2 answers
    shift 2
    answers=$(docker run --rm --network bench-dns "$@" "$image" \
        /dns-load ask 127.0.0.11 "$name" 50 $seconds)
    set -- $answers
    record "${metric}_per_s" "$1"
    record "${metric}_lost" "$(($2 + $3))"
    record "${metric}_median_us" "$4"
    record "${metric}_p99_us" "$5"
}

# A container with a name server, and one without.
start() {
    local kind begin end
    for kind in bench-dns bridge; do
        begin=$EPOCHREALTIME
        docker run --rm --network $kind "$image" /dns-load >/dev/null 2>&1 || true # Its usage.
        end=$EPOCHREALTIME
        record "run_${kind#bench-}_ms" "$(awk "BEGIN { print ($end - $begin) * 1000 }")"
    done
}

round() {
    local address i
    address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' \
        bench-dns)
    ask known bench-dns
    ask forwarded name.example --dns "$address"
    for ((i = 0; i < starts; i++)); do start; done
}

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
mkdir "$work/root"
musl-gcc -O2 -static -o "$work/root/dns-load" "$here/dns-load.c" ||
    gcc -O2 -static -o "$work/root/dns-load" "$here/dns-load.c"
tar -cf "$work/image.tar" -C "$work/root" .

"$top/jongd" -H "unix://$work/jong.sock" --data-root "$work/data" --exec-root "$work/run" \
    --pidfile "$work/jongd.pid" --bridge jongdns --bip 172.29.251.1/24 \
    --default-address-pool base=172.29.252.0/22,size=24 >"$work/jongd.log" 2>&1 &
jongd=$!
until docker -H "unix://$work/jong.sock" version >/dev/null 2>&1; do
    kill -0 $jongd || { cat "$work/jongd.log"; exit 1; }
    sleep 0.1
done

load=$(cut -d' ' -f1 /proc/loadavg)
each_engine prepare
for ((n = 0; n < rounds; n++)); do each_engine round; done

# The median of each, of lost ones the sum, as a table and a line for the record.
medians=$(sort -k1,2 -k3n "$results" | awk '
    function flush() { if (n) print key, key ~ /lost/ ? sum : value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = sum = 0 } value[++n] = $3; sum += $3 }
    END { flush() }')
echo "$medians" | awk '
    { value[$2, $1] = $3; metrics[$2] }
    END {
        printf "%-22s %10s %10s %7s\n", "median", "jong", "peer", "ratio"
        for (m in metrics)
            printf "%-22s %10.1f %10.1f %7.2f\n", m, value[m, "jong"], value[m, "peer"],
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
    END { print "{" head lines "}" }' >>"$here/dns.jsonl"
