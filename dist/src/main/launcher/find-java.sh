# What bin/jong-runc becomes when the JDK that it was built with is gone, or this is another
# machine: `sh find-java.sh ARGUMENT...` becomes `java ARGUMENT...` of another one.
. "${0%/*}/find-jdk.sh"
find_jdk bin/java
if [ -z "$jdk" ]; then
    echo "jong-runc: $jdk_missing" >&2
    exit 125
fi
exec "$jdk/bin/java" "$@"
