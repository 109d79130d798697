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
    src/main/launcher/train.sh $new/lib/
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
    echo "jars_cli=$(jars jong.cli/jong.cli.CliMain)"
    echo "jars_engine=$(jars jong.engine/jong.engine.EngineMain)"
    echo "jars_runtime=$(jars jong.runtime/jong.runtime.cli.RuntimeMain)"
    echo "jars_registry=$(jars jong.registry.server/jong.registry.server.RegistryMain)"
    echo "native_registry=$(native_modules jong.registry.server/jong.registry.server.RegistryMain)"
    echo "native_engine=$(native_modules jong.engine/jong.engine.EngineMain)"
} >$new/build.env

rm -rf target/jong.old
[ ! -e target/jong ] || mv target/jong target/jong.old
mv $new target/jong
rm -rf target/jong.old
target/jong/lib/train.sh
