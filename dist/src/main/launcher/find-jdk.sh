# Sourced. `find_jdk PROGRAM` sets `jdk` to the home of a JDK 25 or newer that has PROGRAM
# (bin/javac to build, bin/java to run), or to nothing. Only builtins, except for readlink.

jdk_missing="Jong needs JDK 25 or newer and found none in JAVA_HOME, /usr/lib/jvm, /opt or PATH.
Install it with

    apt-get install openjdk-25-jdk-headless

(Debian 13, Ubuntu 25.10 and later; on older ones take Temurin 25 from
https://adoptium.net/installation/linux), or set JAVA_HOME to where it is."

find_jdk() {
    jdk=
    for candidate in "${JAVA_HOME-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*; do
        if [ -x "$candidate/$1" ] && is_jdk_25 "$candidate"; then
            jdk=$candidate
            return 0
        fi
    done
    candidate=$(command -v java) || return 0
    candidate=$(readlink -f "$candidate")
    candidate=${candidate%/bin/java}
    if [ -x "$candidate/$1" ] && is_jdk_25 "$candidate"; then
        jdk=$candidate
    fi
}

# Each JDK says its version in the file `release`; asking `java -version` would start a JVM.
is_jdk_25() {
    [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
        JAVA_VERSION=\"2[5-9]* | JAVA_VERSION=\"[3-9][0-9]*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}
