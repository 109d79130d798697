#!/bin/bash
# Images: pull, first run, push, load, save and rmi of one image, by Jong and by other engines in
# turn, from one registry on loopback; medians of the wall time and of the CPU time of all
# processes of the engine. Once: the disk that ten images with a common base take, and the memory
# of the daemons while they pull this image and one of 1 GB. One JSON line to images.jsonl.
#
# "tools" is what a pull costs at least: the layers received with curl, hashed with openssl,
# inflated with ISA-L's igzip (gzip if there is none), hashed again and written, by tar into
# directories as for overlay2 (pull) or as they are, as for erofs without compression (pull_tars).
#
#   PEER_DOCKER_HOST=unix:///path/docker.sock bench/images.sh [ROUNDS]
#
# Podman and containerd's ctr are measured too where PEER_ENTER, a command that runs a command in
# their root, is given; PEER_ROOT is that root as seen from here, and PEER_CTR_DATA containerd's
# data in it. Needs docker-registry, skopeo and, once, what debian-layers.sh needs; BENCH_IMAGE
# names the image that it made (kept otherwise beside the results of the build), STORAGE_DRIVER what
# Jong keeps layers with.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-5}
work=$(mktemp -d /tmp/jong-XXXXXX) # short, as sockets lie below it
results=$work/results # lines: engine metric value
image=${BENCH_IMAGE:-$top/dist/target/bench-debian.tar}
export DOCKER_CONFIG=$work/client DOCKER_CLI_HINTS=false DOCKER_HOST=unix://$work/jong.sock
engines=(jong)
[ -z "${PEER_DOCKER_HOST-}" ] || engines+=(dockerd)
[ -z "${PEER_ENTER-}" ] || engines+=(podman ctr)
processes=()
ctr=${PEER_CTR:-ctr} # with options, as the address of containerd or the runtime
podman=${PEER_PODMAN:-podman}
port=$((20000 + RANDOM % 10000))
from=127.0.0.1:$port/debian:latest
to= # set by each round
large=127.0.0.1:$port/large:latest
ten=() # images with a common base
for number in 0 1 2 3 4 5 6 7 8 9; do ten+=("127.0.0.1:$port/own$number:latest"); done

stop() {
    local name
    for engine in "${engines[@]}"; do
        for name in "$from" "$large" jong-bench-debian:latest jong-bench-blob:latest \
            "${ten[@]}"; do
            remove "$name" || true
        done
        [ "$engine" != podman ] || $PEER_ENTER rm -f "$inside.tar" "$inside-blob.tar" || true
    done
    ((${#processes[@]} == 0)) || { kill "${processes[@]}" && wait "${processes[@]}"; } || true
    rm -rf "$work"
} >/dev/null 2>&1
trap stop EXIT

docker_on() {
    case $engine in
    jong) docker -H "unix://$work/jong.sock" "$@" ;;
    dockerd) docker -H "$PEER_DOCKER_HOST" "$@" ;;
    esac
}

# The same question to each engine; the archive of `save` and `load` is the engine's own.
inside=/tmp/jong-bench-$$
pull() {
    case $engine in
    jong | dockerd) docker_on pull -q "$1" ;;
    podman) $PEER_ENTER $podman pull -q --tls-verify=false "$1" ;;
    ctr) $PEER_ENTER $ctr images pull --plain-http "$1" ;;
    esac
}
run_true() {
    case $engine in
    jong | dockerd) docker_on run --rm --network none "$1" true ;;
    podman) $PEER_ENTER $podman run --rm --network none "$1" true ;;
    ctr) $PEER_ENTER $ctr run --rm "$1" jong-bench-$$ true ;;
    esac
}
push() { # SOURCE TARGET
    case $engine in
    jong | dockerd) docker_on tag "$1" "$2" && docker_on push -q "$2" ;;
    podman) $PEER_ENTER $podman push -q --tls-verify=false "$1" "$2" ;;
    ctr) $PEER_ENTER $ctr images push --plain-http "$2" "$1" ;;
    esac
}
remove() {
    case $engine in
    jong | dockerd) docker_on rmi "$1" ;;
    podman) $PEER_ENTER $podman rmi "$1" ;;
    ctr) $PEER_ENTER $ctr images rm --sync "$1" ;;
    esac
}
save() {
    case $engine in
    jong | dockerd) docker_on save -o "$work/$engine.tar" "$1" ;;
    podman) $PEER_ENTER $podman save -q -o "$inside.tar" "$1" ;;
    ctr) $PEER_ENTER $ctr images export "$inside.tar" "$1" ;;
    esac
}
load() {
    case $engine in
    jong | dockerd) docker_on load -q -i "$work/$engine.tar" ;;
    podman) $PEER_ENTER $podman load -q -i "$inside.tar" ;;
    ctr) $PEER_ENTER $ctr images import --snapshotter overlayfs "$inside.tar" ;;
    esac
}
import_blob() {
    case $engine in
    jong | dockerd) docker_on import "$work/blob.tar" jong-bench-blob:latest ;;
    podman) $PEER_ENTER $podman import -q "$inside-blob.tar" jong-bench-blob:latest ;;
    esac
}

named() { grep -lxE "$1" /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3 || true; }

# Milliseconds of CPU that the engine's lasting processes have used, with their ended children.
daemon_cpu() {
    local of process
    case $engine in
    jong) of=$jongd ;;
    dockerd) of=$(named 'dockerd|containerd') ;;
    podman | tools) of= ;;
    ctr) of=$(named containerd) ;;
    esac
    for process in $of; do cat "/proc/$process/stat"; done |
        awk -v tick="$(getconf CLK_TCK)" '
            { sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 }
            END { print sum * 1000 / tick }'
}

# METRIC COMMAND…: wall and CPU time in ms, the client's included, as lines of the results.
timed() {
    local metric=$1 cpu client start end TIMEFORMAT='%U %S'
    shift
    cpu=$(daemon_cpu)
    start=$EPOCHREALTIME
    client=$({ time "$@" >"$work/out" 2>&1 </dev/null; } 2>&1) || {
        echo "$engine: $* failed:" >&2
        cat "$work/out" >&2
        exit 1
    }
    end=$EPOCHREALTIME
    wall=$(awk "BEGIN { print ($end - $start) * 1000 }")
    echo "$engine ${metric}_ms $wall" >>"$results"
    echo "$engine ${metric}_cpu_ms $(awk "BEGIN {
        split(\"$client\", t, \" \"); print $(daemon_cpu) - $cpu + (t[1] + t[2]) * 1000 }")" \
        >>"$results"
}

# The directory with all that an engine keeps, or nothing if it is not known.
data() {
    case $engine in
    jong) echo "$work/data" ;;
    dockerd) echo "${PEER_ROOT-}$(docker_on info -f '{{.DockerRootDir}}')" ;;
    podman) [ -z "${PEER_ROOT-}" ] || echo "$PEER_ROOT$($PEER_ENTER $podman info \
        -f '{{.Store.GraphRoot}}')" ;;
    ctr) [ -z "${PEER_CTR_DATA-}" ] || echo "$PEER_ROOT$PEER_CTR_DATA" ;;
    esac
}

# Not what is mounted below: files of EROFS images would count twice.
disk_of_ten() {
    local directory before name
    directory=$(data)
    [ -n "$directory" ] || return 0
    before=$(du -skx "$directory" | cut -f1)
    for name in "${ten[@]}"; do pull "$name" >/dev/null; done
    echo "$engine ten_images_kib $(($(du -skx "$directory" | cut -f1) - before))" >>"$results"
    for name in "${ten[@]}"; do remove "$name" >/dev/null; done
}

# METRIC IMAGE: the greatest memory of the daemons during a pull, and what they have after it.
memory() {
    local process of
    case $engine in
    jong) of=$jongd ;;
    dockerd) of=$(named 'dockerd|containerd') ;;
    podman) return 0 ;; # It has none.
    ctr) of=$(named containerd) ;;
    esac
    for process in $of; do echo 5 >"/proc/$process/clear_refs"; done
    pull "$2" >/dev/null
    for process in $of; do cat "/proc/$process/status"; done | awk -v name="$engine $1" '
        /^VmHWM:/ { peak += $2 }
        /^VmRSS:/ { after += $2 }
        END { print name "_peak_rss_kib", peak; print name "_after_rss_kib", after }' >>"$results"
    remove "$2" >/dev/null
}

# Each layer at once; FILES is "tree" or "tar".
tools_pull() { # FILES
    local layer directory
    rm -rf "$work/tools"
    for layer in $(layers); do
        directory=$work/tools/$layer
        mkdir -p "$directory/tree"
        mkfifo "$directory/packed" "$directory/plain"
        openssl dgst -sha256 <"$directory/packed" &
        openssl dgst -sha256 <"$directory/plain" &
        curl -sfN "http://${from%%/*}/v2/debian/blobs/$layer" | tee "$directory/packed" |
            "$inflate" -dc | tee "$directory/plain" |
            if [ "$1" = tar ]; then cat >"$directory/tar"; else tar -xC "$directory/tree"; fi &
    done
    wait
}
layers() {
    curl -sf -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
        -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        "http://${from%%/*}/v2/debian/manifests/latest" |
        tr -d ' \n' | sed 's/.*"layers"//' | grep -o 'sha256:[0-9a-f]*'
}
export work from inflate=$(command -v igzip || command -v gzip)

each_engine() {
    for engine in "${engines[@]}"; do "$@"; done
}

start_registry() { # PORT
    local directory=$work/registry-$1
    mkdir "$directory"
    cat >"$directory.yml" <<CONFIG
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $directory}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$1}
CONFIG
    docker-registry serve "$directory.yml" >"$directory.log" 2>&1 &
    processes+=($!)
    until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        kill -0 $! || { cat "$directory.log" >&2; exit 1; }
        sleep 0.1
    done
}

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
[ -r "$image" ] || "$here/debian-layers.sh" "$image"
start_registry $port
skopeo copy -q --dest-tls-verify=false "docker-archive:$image" "docker://$from"
mkdir "$work/blob"
head -c 75000000 /dev/urandom | base64 -w 0 >"$work/blob/data"
[ -z "${PEER_ROOT-}" ] || tar -C "$work/blob" -cf "$PEER_ROOT$inside-blob.tar" .

"$top/jongd" -H "unix://$work/jong.sock" --data-root "$work/data" --exec-root "$work/run" \
    --pidfile "$work/jongd.pid" --bridge none \
    ${STORAGE_DRIVER:+--storage-driver "$STORAGE_DRIVER"} >"$work/jongd.log" 2>&1 &
jongd=$!
processes+=($jongd)
until docker version >/dev/null 2>&1; do
    kill -0 $jongd || { cat "$work/jongd.log"; exit 1; }
    sleep 0.1
done

pulls() {
    local pulled
    timed pull pull "$from"
    pulled=$wall
    timed first_run run_true "$from"
    echo "$engine pull_and_run_ms $(awk "BEGIN { print $pulled + $wall }")" >>"$results"
}
pushes() {
    # A repository for each engine: it would have the layers already otherwise.
    timed push_unchanged push "$from" "${to%:*}-$engine$round:latest"
    [ "$engine" = ctr ] || {
        import_blob >/dev/null
        timed push_new push jong-bench-blob:latest "${to%/*}/blob-$engine$round:latest"
        remove jong-bench-blob:latest >/dev/null
    }
}
archives() {
    # Podman does not write to an archive that exists.
    [ "$engine" != podman ] || $PEER_ENTER rm -f "$inside.tar"
    timed save save "$from"
    case $engine in
    jong | dockerd) remove "${to%:*}-$engine$round:latest" >/dev/null ;;
    esac
    timed rmi remove "$from"
    timed load load
    remove "$from" >/dev/null
}

# What is pulled once: Jong makes it, for the others to have the same.
make_images() {
    local name
    engine=jong
    pull "$from" >/dev/null
    for name in "${ten[@]}"; do
        docker_on create --name own "$from" true >/dev/null
        echo "$name" >"$work/own"
        docker_on cp -q "$work/own" own:/own
        docker_on commit own "$name" >/dev/null
        docker_on rm own >/dev/null
        docker_on push -q "$name" >/dev/null
        remove "$name" >/dev/null
    done
    remove "$from" >/dev/null
    head -c 750000000 /dev/urandom | base64 -w 0 >"$work/blob/data"
    tar -C "$work/blob" -c . | docker_on import - "$large" >/dev/null
    docker_on push -q "$large" >/dev/null
    remove "$large" >/dev/null
}

engine=jong
driver=$(docker_on info -f '{{.Driver}}')
load_average=$(cut -d' ' -f1 /proc/loadavg)
for ((round = 0; round < rounds; round++)); do
    # Engines remember what a registry has, also of removed images.
    to=127.0.0.1:$((port + 1 + round))/debian:latest
    start_registry $((port + 1 + round))
    # New bytes for each round and engine: a registry and an engine keep what they have seen.
    each_engine pulls
    engine=tools
    timed pull bash -c "$(declare -f tools_pull layers); tools_pull tree"
    timed pull_tars bash -c "$(declare -f tools_pull layers); tools_pull tar"
    rm -rf "$work/tools"
    for engine in "${engines[@]}"; do
        echo "$engine $round" >"$work/blob/name"
        tar -C "$work/blob" -cf "$work/blob.tar" .
        [ -z "${PEER_ROOT-}" ] || cp "$work/blob.tar" "$PEER_ROOT$inside-blob.tar"
        pushes
    done
    each_engine archives
done
echo "jong daemon_peak_rss_kib $(awk '/^VmHWM:/ { print $2 }' "/proc/$jongd/status")" >>"$results"
make_images
each_engine disk_of_ten
each_engine memory pull "$from"
each_engine memory pull_large "$large"

medians=$(sort -k1,2 -k3n "$results" | awk '
    function flush() { if (n) print key, value[int((n + 1) / 2)] }
    { if ($1 " " $2 != key) { flush(); key = $1 " " $2; n = 0 } value[++n] = $3 }
    END { flush() }')
echo "$medians" | awk -v engines="${engines[*]} tools" '
    { value[$2, $1] = $3; if (!($2 in seen)) { seen[$2]; order[++count] = $2 } }
    END {
        n = split(engines, names, " ")
        printf "%-24s", "median"
        for (i = 1; i <= n; i++) printf " %10s", names[i]
        printf " %14s\n", "jong/dockerd"
        for (m = 1; m <= count; m++) {
            printf "%-24s", order[m]
            for (i = 1; i <= n; i++) printf " %10.0f", value[order[m], names[i]]
            peer = value[order[m], "dockerd"]
            printf " %14.2f\n", peer ? value[order[m], "jong"] / peer : 0
        }
    }'
commit=$(git -C "$top" rev-parse --short HEAD)
git -C "$top" diff --quiet HEAD || commit=$commit+changes
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$medians" | awk -v head="\"time\":\"$(date -u +%FT%TZ)\",\"commit\":\"$commit\",\
\"machine\":\"$cpu, $(nproc) cores, Linux $(uname -r)\",\"load\":$load_average,\
\"rounds\":$rounds,\"driver\":\"$driver\",\"engines\":\"${engines[*]}\"" '
    { lines = lines sprintf(",\"%s.%s\":%s", $1, $2, $3) }
    END { print "{" head lines "}" }' >>"$here/images.jsonl"
