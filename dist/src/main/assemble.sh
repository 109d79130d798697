#!/bin/sh
# Puts the product together in dist/target/jong; called by Maven with the JDK's home:
#
#   bin/   launchers        lib/       jars, class caches, what the launchers need
#   native/ the C programs  build.env  the build's id, its JDK, each program's jars
#
# The id is a digest of all that is shipped: an unchanged product keeps its id and its caches.
set -eu
jdk=$1
cd "$(dirname "$0")/../.."
new=target/jong.new

rm -rf $new
mkdir -p $new/bin $new/lib $new/native
mv target/jars/*.jar $new/lib/ # moved: the next build must not find jars that have left
cp ../runtime/target/native/jong-native ../runtime/target/native/hello $new/native/
ln $new/native/jong-native $new/bin/jong-runc # the same program: its name says what it is
cp src/main/launcher/jong src/main/launcher/jongd $new/bin/
cp src/main/launcher/launch.sh src/main/launcher/find-jdk.sh src/main/launcher/find-java.sh \
    $new/lib/
# The JDK's own security settings without their thousand lines of comments: read at each start.
sed -e '/^#/d' -e '/^[[:space:]]*$/d' "$jdk/conf/security/java.security" >$new/lib/client.security

id=$( (
    (cd $new && find . -type f | LC_ALL=C sort | xargs sha256sum)
    cat "$jdk/release" src/main/assemble.sh
) | sha256sum | cut -c1-16)

if [ -r target/jong/build.env ] && grep -q "^build_id=$id\$" target/jong/build.env; then
    rm -rf $new
    exit 0
fi

# What the JVM resolves for a main class, in its own words: `a requires b file:///path/b.jar`.
resolution() {
    "$jdk/bin/java" --module-path $new/lib --show-module-resolution --dry-run --module "$1" 2>&1
}

jars() {
    resolution "$1" | sed -n "s,^.* file://.*/\\([^/ ]*\\.jar\\).*,\$home/lib/\\1,p" |
        LC_ALL=C sort -u | paste -sd :
}

# The modules that call native code: ours for the kernel, and the libraries with a part in C.
native_modules() {
    resolution "$1" | sed -n 's,^.* \([^ ]*\) file://.*,\1,p' |
        grep -E -e '^jong\.linux$|^org\.xerial\.|^com\.github\.luben\.' \
            -e '^io\.netty\.(common$|transport\.(classes|unix))' |
        LC_ALL=C sort -u | paste -sd ,
}

{
    echo "build_id=$id"
    echo "java=$jdk/bin/java"
    echo "cache_home='$(pwd -P | sed "s/'/'\\\\''/g")/target/jong'"
    echo "jars_cli=$(jars jong.cli/jong.cli.CliMain)"
    echo "jars_engine=$(jars jong.engine/jong.engine.EngineMain)"
    echo "native_engine=$(native_modules jong.engine/jong.engine.EngineMain)"
} >$new/build.env

# The command by which bin/jong-runc starts its JVM, a word a line; @home@ is where the product is.
# Without the record of what was compiled in training: compiling it at once costs a third more.
# The arguments are the main class and further options: a class cache is refused when others differ.
runtime_command() {
    class=$1
    shift
    for word in "$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xrs \
        -XX:CompileThresholdScaling=5 "-Djong.build=$id" \
        -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining \
        -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr "$@" -Xmx64m \
        --module-path "$runtime_jars" \
        --module "jong.runtime/jong.runtime.cli.$class"; do
        printf '%s\n' "$word"
    done
}
runtime_jars=$(jars jong.runtime/jong.runtime.cli.RuntimeMain | sed 's,[$]home,@home@,g')

rm -rf target/jong.old
[ ! -e target/jong ] || mv target/jong target/jong.old
mv $new target/jong
rm -rf target/jong.old

# Class caches are written by a run of each program, at their final place. A failing run costs
# start-up time only, and says so.
product=$(pwd -P)/target/jong
train() {
    program=$1
    shift
    cache=$product/lib/$program-$id.aot
    if ! "$@" >"target/train-$program.log" 2>&1 </dev/null || ! [ -r "$cache" ]; then
        rm -f "$cache"
        echo "$program starts without a class cache; see dist/target/train-$program.log" >&2
    fi
}

# The daemon on directories of its own and without a network, asked a few questions.
run_daemon() {
    scratch=$(mktemp -d)
    socket=$scratch/jong.sock
    JONG_CACHE_OUTPUT="$cache" "$product/bin/jongd" -H "unix://$socket" --bridge none \
        --data-root "$scratch/data" --exec-root "$scratch/run" --pidfile "$scratch/pid" &
    daemon=$!
    for command in version info "ps -a" images "volume ls" "network ls"; do
        until [ -S "$socket" ] || ! kill -0 $daemon 2>/dev/null; do sleep 0.05; done
        "$product/bin/jong" -H "unix://$socket" $command || true
    done
    kill $daemon
    wait $daemon || true
    rm -rf "$scratch"
}

train jong env JONG_CACHE_OUTPUT="$product/lib/jong-$id.aot" "$product/bin/jong"
if [ "$(id -u)" = 0 ]; then
    train jongd run_daemon
else
    train jongd env JONG_CACHE_OUTPUT="$product/lib/jongd-$id.aot" "$product/bin/jongd" --version
fi

product_command=$product/lib/jong-runc.command
runtime_command TrainingMain "-XX:AOTCacheOutput=$product/lib/jong-runc-$id.aot" >"$product_command"
train jong-runc "$product/bin/jong-runc"
if [ -r "$product/lib/jong-runc-$id.aot" ]; then
    runtime_command RuntimeMain "-XX:AOTCache=@home@/lib/jong-runc-$id.aot" >"$product_command"
else
    runtime_command RuntimeMain >"$product_command"
fi
