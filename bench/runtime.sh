#!/bin/bash
# The OCI runtime: a container of `true` created, started and deleted on one bundle, by Jong's
# runtime inside a warm JVM, by jong-runc from cold, and by other runtimes; medians of the wall
# time and the mean CPU time (all processes, by a cgroup) of a round; one line to runtime.jsonl.
#
#   PEER_RUNTIMES='runc crun' bench/runtime.sh [ROUNDS]
#
# Peers that live in another root: PEER_ROOT is that root as seen from here, PEER_ENTER the command
# that runs a command in it; the root must share /sys/fs/cgroup.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=${here%/bench}
rounds=${1:-30}
group=jong-bench-runtime
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    groups=(/sys/fs/cgroup/$group)
    cpu=/sys/fs/cgroup/$group/cpu.stat
else
    groups=(/sys/fs/cgroup/{cpu,cpuacct,memory,pids}/$group)
    cpu=/sys/fs/cgroup/cpuacct/$group/cpuacct.usage
fi
inside=/tmp/jong-bench-$$ # the bundle, as the runtime sees it
work=${PEER_ROOT-}$inside
mkdir -p "$work/rootfs"/{bin,proc,sys,dev}

stop() {
    rm -rf "$work"
    find /sys/fs/cgroup{,/*}/$group -depth -type d -exec rmdir {} + || true
} 2>/dev/null
trap stop EXIT

[ -r "$top/dist/target/jong/build.env" ] || "$top/build.sh"
home=$top/dist/target/jong
. "$home/build.env"
cp /bin/busybox "$work/rootfs/bin/busybox"
ln -s busybox "$work/rootfs/bin/true"
(cd "$work" && "$top/jong-runc" spec)
sed -i 's/"terminal": *true/"terminal": false/; s/"sh"/"true"/' "$work/config.json"
sed -i "s|\"linux\": *{|&\"cgroupsPath\":\"/$group/box\",|" "$work/config.json"

# All that follows in the cgroup, where its CPU time is counted.
counted() {
    local directory
    for directory in "${groups[@]}"; do
        mkdir -p "$directory/loop"
    done
    for directory in "${groups[@]}"; do
        case $directory in
        */cpuacct/* | /sys/fs/cgroup/$group) echo $BASHPID >"$directory/loop/cgroup.procs" ;;
        esac
    done
    exec "$@"
}

usage() {
    awk '/^usage_usec/ { print $2 / 1000; exit } NF == 1 { print $1 / 1e6; exit }' "$cpu"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

figures=
report() { # NAME WALL_MS CPU_MS
    printf '%-22s wall %7.1f ms   cpu %7.1f ms\n' "$1" "$2" "$3"
    figures+=",\"$1.wall_ms\":$2,\"$1.cpu_ms\":$3"
}

# A shell that runs COMMAND… ROUNDS times and prints the milliseconds of each.
loop='n=$1; shift; i=0; while [ $i -lt $n ]; do
    s=$(date +%s%N); "$@" >/dev/null || exit 1; e=$(date +%s%N)
    echo $(((e - s) / 1000)); i=$((i + 1)); done'

command_line() { # NAME ENTER-COMMAND… -- COMMAND…
    local name=$1 before after walls enter=()
    shift
    while [ "$1" != -- ]; do enter+=("$1"); shift; done
    shift
    before=$(usage)
    (counted "${enter[@]}" sh -c "cd $inside && $loop" - "$rounds" :) >"$work/walls"
    after=$(usage)
    local idle=$(awk "BEGIN { print $after - $before }")
    before=$(usage)
    (counted "${enter[@]}" sh -c "cd $inside && $loop" - "$rounds" "$@") >"$work/walls"
    after=$(usage)
    report "$name" "$(median <"$work/walls" | awk '{ print $1 / 1000 }')" \
        "$(awk "BEGIN { print ($after - $before - $idle) / $rounds }")"
}

mkdir -p "${groups[@]}"
[ -z "${PEER_ROOT-}" ] || ln -sfn "$work" "$inside"
for peer in ${PEER_RUNTIMES-}; do
    # crun refuses a hybrid layout as long as it sees the second hierarchy.
    command_line "$peer" ${PEER_ENTER-} unshare -m sh -c \
        'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"' - -- \
        "$peer" --root "$inside/state" run box
done
command_line jong-runc -- "$home/bin/jong-runc" --root "$inside/state" run box
jars=$(printf '%s:' "$home"/lib/{jong-{linux,oci,runtime,wire},jackson-core}-*.jar)
(counted "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=jong.linux \
    --module-path "$jars" --add-modules jong.runtime "$here/RuntimeRounds.java" \
    "$home/native/jong-native" "$work" "$cpu" 500 "$rounds") >"$work/warm"
report jong-warm "$(sed -n 's/^wall //p' "$work/warm" | median)" \
    "$(sed -n 's/^cpu //p' "$work/warm")"
[ -z "${PEER_ROOT-}" ] || rm "$inside"
echo "{\"time\":\"$(date -u +%FT%TZ)\",\"commit\":\"$(git -C "$top" rev-parse --short HEAD)\",\
\"load\":$(cut -d' ' -f1 /proc/loadavg),\"rounds\":$rounds$figures}" >>"$here/runtime.jsonl"
