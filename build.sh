#!/bin/sh
# Builds and tests Jong.
#
#   ./build.sh               the product in dist/target/jong: compiled, no tests, no analysis
#   ./build.sh test          everything: formatter, static analysis, all tests (as root)
#   ./build.sh test-kills [N]  kills jongd N times (200) at work: see docs/testing.md
#   ./build.sh test-vm       what needs cgroup v2, systemd, AppArmor, quotas or ipvlan, in a virtual
#                            machine; of it only: engine, quota, runtime, network, network CLASS...
#   ./build.sh install DIR   the product to DIR, at its best there: a copy by hand starts slower
#   ./build.sh --if-missing  what the launchers call: builds unless that has been done
set -u
top=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
caller=$PWD
cd "$top" || exit 1
. dist/src/main/launcher/find-jdk.sh

fail() {
    printf '%s\n' "jong: $*" >&2
    exit 1
}

# One message for all that is missing, so that one command mends it.
check_tools() {
    find_jdk bin/javac
    packages=
    command -v mvn >/dev/null || packages="$packages maven"
    command -v make >/dev/null || packages="$packages make"
    command -v musl-gcc >/dev/null || command -v gcc >/dev/null || command -v cc >/dev/null ||
        packages="$packages musl-tools"
    [ -e /usr/include/linux/types.h ] || packages="$packages linux-libc-dev"
    if [ -n "$packages" ]; then
        [ -n "$jdk" ] || printf '%s\n\n' "jong: $jdk_missing" >&2
        fail "building Jong needs Maven, make and a C compiler; missing here:$packages
Install with

    apt-get install$packages"
    fi
    [ -n "$jdk" ] || fail "$jdk_missing"
    export JAVA_HOME="$jdk"
}

# Shows one line per module, and everything when it fails. The full output stays in the log.
build_product() {
    mkdir -p target
    log=target/build.log
    status=target/build.status
    {
        mvn -B -Dfast -DskipTests package 2>&1 9>&-
        echo $? >$status
    } | show_progress >$log
    if [ "$(cat $status)" != 0 ]; then
        grep -v -e '^\[INFO\] Download' -e '^\[INFO\] *$' $log >&2
        fail "the build failed; its output is above and in $top/$log"
    fi
}

# Copies its input to its output, and tells the terminal (stderr) how far the build is.
show_progress() {
    downloading=
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case $line in
        *"Downloading from "*)
            [ -n "$downloading" ] || echo "  fetching libraries from Maven Central (once)" >&2
            downloading=yes
            ;;
        "[INFO] Building jong."*)
            set -- $line
            echo "  $5 $3" >&2
            ;;
        esac
    done
}

# Puts the product in place of what is there, which must be an earlier Jong or nothing.
install_product() {
    if [ -e "$1" ] && ! [ -r "$1/build.env" ]; then
        fail "cannot install to $1: it exists and is no Jong"
    fi
    mkdir -p "$(dirname "$1")"
    rm -rf "$1.new" "$1.old"
    cp -a dist/target/jong "$1.new"
    [ ! -e "$1" ] || mv "$1" "$1.old"
    mv "$1.new" "$1"
    rm -rf "$1.old"
    "$1/lib/train.sh"
    echo "jong: installed; the programs are in $1/bin" >&2
}

case ${1-} in
"" | --if-missing)
    check_tools
    mkdir -p target
    exec 9>target/build.lock
    flock 9 # Two first calls at once: the second waits here and finds it done.
    if [ "${1-}" = --if-missing ] && [ -r dist/target/jong/build.env ]; then
        exit 0
    fi
    echo "jong: building, this happens once (about a minute)" >&2
    build_product
    echo "jong: built" >&2
    ;;
install)
    [ $# = 2 ] || fail "usage: ./build.sh install DIRECTORY"
    ./build.sh --if-missing || exit
    case $2 in
    /*) install_product "${2%/}" ;;
    *) install_product "$caller/${2%/}" ;;
    esac
    ;;
test)
    check_tools
    shift
    exec mvn -B -ntp verify "$@"
    ;;
test-kills)
    check_tools
    arguments="-Djong.test.kills=${2:-200}${JONG_TEST_SEED:+ -Djong.test.seed=$JONG_TEST_SEED}"
    exec mvn -B -ntp -Dfast verify -pl dist -am -Dtest=KillTest -Dsurefire.failIfNoSpecifiedTests=false \
        -Djong.test.limit=14400 -Djong.test.args="$arguments"
    ;;
test-vm)
    check_tools
    shift
    exec dist/src/test/vm/test "$@"
    ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
