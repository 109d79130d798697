# Sourced by the launchers, which set `program` (jong, jongd) and `home`, the directory
# with bin/, lib/ and native/. Becomes the program's JVM; starts no other process on the way.
#
# build.env was written by the build: `build_id`, `java`, `jars_…`, each program's
# module path, and `native_engine`, the daemon's modules that call native code.
. "$home/build.env"
if [ "$home" != "$cache_home" ] && [ "$(cd -P "$home" && pwd)" = "$cache_home" ]; then
    home=$cache_home # Called by `../jong` or through a link: a class cache wants the same words.
    . "$home/build.env"
fi

if ! [ -x "$java" ]; then
    # The JDK of the build is gone, or this is another machine.
    . "$home/lib/find-jdk.sh"
    find_jdk bin/java
    if [ -z "$jdk" ]; then
        echo "$program: $jdk_missing" >&2
        exit 125
    fi
    java=$jdk/bin/java
fi

# A class cache that does not belong to exactly these jars would run old classes without a word,
# therefore its name carries the build's id; where it is missing the start is only slower. It is
# good at the path of the build only: a copy of the product goes without.
# The build's training runs set JONG_CACHE_OUTPUT: the JVM then writes the cache at its end, and
# jong.train tells the client to exercise itself without a daemon.
# All options stand here and nowhere else, because a cache is refused when they differ.
train=
cache=$home/lib/$program-$build_id.aot
if [ -n "${JONG_CACHE_OUTPUT-}" ]; then
    cache=-XX:AOTCacheOutput=$JONG_CACHE_OUTPUT
    train=-Djong.train=true
elif [ "$home" = "$cache_home" ] && [ -r "$cache" ]; then
    cache=-XX:AOTCache=$cache
else
    cache=
fi

# C1 alone and the serial collector start fastest and take the least memory. The daemon's heap
# shrinks at once when it is collected (jong.manager.images.HeapReturn), not over four collections.
# -Xlog:disable: a JVM's warning must not mix with what the program prints.
case $program in
jong)
    if [ "${1-}" = registry ]; then
        # A server: it runs for long and hashes much, so it may compile as well as it can.
        shift
        exec "$java" -XX:+UseSerialGC -XX:-UsePerfData -Xms8m -Xmx512m \
            -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -XX:+ExitOnOutOfMemoryError \
            -Xlog:disable -Xlog:all=error:stderr \
            --enable-native-access="$native_registry" --module-path "$jars_registry" \
            --module jong.registry.server/jong.registry.server.RegistryMain "$@"
    fi
    # The properties spare the client the set-up of SecureRandom and of reflection, which NIO's
    # unix sockets need otherwise: a third of its start.
    exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
        -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr \
        ${cache:+"$cache"} $train -Djong.home="$home" \
        -Djdk.reflect.useNativeAccessorOnly=true \
        -Djava.security.properties=="$home/lib/client.security" \
        -Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider \
        --module-path "$jars_cli" --module jong.cli/jong.cli.CliMain "$@"
    ;;
jongd)
    exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
        -Xlog:disable -Xlog:all=error,aot*=off,cds*=off:stderr \
        ${cache:+"$cache"} $train -Djong.home="$home" \
        -Xms8m -Xmx256m -Xss512k -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 \
        -XX:-ShrinkHeapInSteps -XX:+ExitOnOutOfMemoryError \
        --enable-native-access="$native_engine" \
        --module-path "$jars_engine" --module jong.engine/jong.engine.EngineMain "$@"
    ;;
esac
