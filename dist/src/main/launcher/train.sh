#!/bin/sh
# Writes the class caches of the product that this file lies in, by a run of each program. A cache
# is good at the path where it was written only: to be run again where the product was copied to.
# A failing run costs start-up time only, and says so. The JVMs' output stays in a directory of
# its own, which the message names.
set -eu
home=$(cd -P "$(dirname "$0")/.." && pwd)
logs=$(mktemp -d "${TMPDIR:-/tmp}/jong-train-XXXXXX")
sed -i '/^cache_home=/d' "$home/build.env"
echo "cache_home='$(printf '%s' "$home" | sed "s/'/'\\\\''/g")'" >>"$home/build.env"
. "$home/build.env"
id=$build_id

# The command by which bin/jong-runc starts its JVM, a word a line; @home@ is where the product is.
# Without the record of what was compiled in training: compiling it at once costs a third more.
# The arguments are the main class and further options: a class cache is refused when others differ.
runtime_command() {
    class=$1
    shift
    for word in "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xrs \
        -XX:CompileThresholdScaling=5 "-Djong.build=$id" \
        -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining \
        -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr "$@" -Xmx64m \
        --module-path "$runtime_jars" \
        --module "jong.runtime/jong.runtime.cli.$class"; do
        printf '%s\n' "$word"
    done
}
installed=$home
home=@home@
. "$installed/build.env"
runtime_jars=$jars_runtime
home=$installed

train() {
    program=$1
    shift
    cache=$home/lib/$program-$id.aot
    rm -f "$cache"
    if ! "$@" >"$logs/$program.log" 2>&1 </dev/null || ! [ -r "$cache" ]; then
        rm -f "$cache"
        failed=yes
        echo "$program starts without a class cache; see $logs/$program.log" >&2
    fi
}

# The daemon on directories of its own and without a network, asked a few questions.
run_daemon() {
    scratch=$(mktemp -d)
    socket=$scratch/jong.sock
    JONG_CACHE_OUTPUT="$cache" "$home/bin/jongd" -H "unix://$socket" --bridge none \
        --data-root "$scratch/data" --exec-root "$scratch/run" --pidfile "$scratch/pid" &
    daemon=$!
    for command in version info "ps -a" images "volume ls" "network ls"; do
        until [ -S "$socket" ] || ! kill -0 $daemon 2>/dev/null; do sleep 0.05; done
        "$home/bin/jong" -H "unix://$socket" $command || true
    done
    kill $daemon
    wait $daemon || true
    rm -rf "$scratch"
}

failed=
train jong env JONG_CACHE_OUTPUT="$home/lib/jong-$id.aot" "$home/bin/jong"
if [ "$(id -u)" = 0 ]; then
    train jongd run_daemon
else
    train jongd env JONG_CACHE_OUTPUT="$home/lib/jongd-$id.aot" "$home/bin/jongd" --version
fi

command=$home/lib/jong-runc.command
runtime_command TrainingMain "-XX:AOTCacheOutput=$home/lib/jong-runc-$id.aot" >"$command"
train jong-runc "$home/bin/jong-runc"
if [ -r "$home/lib/jong-runc-$id.aot" ]; then
    runtime_command RuntimeMain "-XX:AOTCache=@home@/lib/jong-runc-$id.aot" >"$command"
else
    runtime_command RuntimeMain >"$command"
fi
[ -n "$failed" ] || rm -rf "$logs"
