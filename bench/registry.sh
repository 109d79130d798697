#!/bin/bash
# The registry: push and pull of a blob of 500 MB and of 500 small ones, by jong registry and by
# docker-registry in turn; medians of the wall time and of the CPU time of the registry's process;
# one JSON line to registry.jsonl.
#
#   bench/registry.sh [ROUNDS]
#
# Needs docker-registry; 1 GB of disk for each round.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-5}
megabytes=500
work=$(mktemp -d /tmp/jong-XXXXXX)
processes=()
port=$((20000 + RANDOM % 10000))

stop() {
    ((${#processes[@]} == 0)) || { kill "${processes[@]}" && wait "${processes[@]}"; } || true
    rm -rf "$work"
} >/dev/null 2>&1
trap stop EXIT

answers() {
    for _ in {1..100}; do
        ! curl -sf "http://127.0.0.1:$1/v2/" >/dev/null || return 0
        sleep 0.1
    done
    echo "no registry on port $1" >&2
    return 1
}

"$top/dist/target/jong/bin/jong" registry serve --root "$work/jong" --listen "127.0.0.1:$port" \
    --log-level warn &
processes+=($!)
cat >"$work/config.yml" <<END
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $work/docker } }
http: { addr: 127.0.0.1:$((port + 1)) }
END
docker-registry serve "$work/config.yml" &
processes+=($!)
answers "$port"
answers "$((port + 1))"

load_average=$(cut -d' ' -f1 /proc/loadavg)
java=$(sed -n "s/^java=//p" "$top/dist/target/jong/build.env")
"$java" "$here/RegistryRounds.java" "$rounds" "$work/blob" "$megabytes" \
    jong "http://127.0.0.1:$port" "${processes[0]}" \
    docker-registry "http://127.0.0.1:$((port + 1))" "${processes[1]}" >"$work/results"
for i in 0 1; do
    name=$([ "$i" = 0 ] && echo jong || echo docker-registry)
    echo "$name peak_rss_kib $(awk '/^VmHWM:/ { print $2 }' "/proc/${processes[i]}/status")"
done >>"$work/results"

medians=$(sort -k1,2 -k3n "$work/results" | awk '
    function flush() { if (n) print key, value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = 0 } value[++n] = $3 }
    END { flush() }')
echo "$medians" | awk '
    { value[$2, $1] = $3; if (!($2 in seen)) { seen[$2]; order[++count] = $2 } }
    END {
        printf "%-20s %10s %16s %8s\n", "median", "jong", "docker-registry", "ratio"
        for (m = 1; m <= count; m++) {
            own = value[order[m], "jong"]
            peer = value[order[m], "docker-registry"]
            printf "%-20s %10.0f %16.0f %8.2f\n", order[m], own, peer, peer ? own / peer : 0
        }
    }'
commit=$(git -C "$top" rev-parse --short HEAD)
git -C "$top" diff --quiet HEAD || commit=$commit+changes
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$medians" | awk -v head="\"time\":\"$(date -u +%FT%TZ)\",\"commit\":\"$commit\",\
\"machine\":\"$cpu, $(nproc) cores, Linux $(uname -r)\",\"load\":$load_average,\
\"rounds\":$rounds" '
    { lines = lines sprintf(",\"%s.%s\":%s", $1, $2, $3) }
    END { print "{" head lines "}" }' >>"$here/registry.jsonl"
