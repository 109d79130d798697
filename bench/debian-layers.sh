#!/bin/bash
# Makes an image of five layers of Debian packages, about 130 MB compressed, 15,000 files:
#
#   bench/debian-layers.sh OUT.tar      as `docker save` writes it; as root, two minutes or three
#
# The first layer is a minimal Debian, the others are packages unpacked on top of it.
set -euo pipefail
out=$1
fixtures=$(dirname "$(readlink -f "$0")")/../dist/src/test/fixtures
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
debootstrap --variant=minbase bookworm base "$mirror" >debootstrap.log 2>&1 || {
    tail debootstrap.log >&2
    exit 1
}
rm -rf base/dev/* base/var/cache/apt/archives/*.deb base/var/lib/apt/lists/*

layers=(base)
layer() { # NAME PACKAGE...
    local name=$1 archive
    shift
    mkdir -p "$name" "$name-debs"
    (cd "$name-debs" && apt-get download "$@" >/dev/null 2>"../$name.log") || {
        cat "$name.log" >&2
        exit 1
    }
    for archive in "$name-debs"/*.deb; do dpkg-deb -x "$archive" "$name"; done
    layers+=("$name")
}
layer python libpython3.11-minimal libpython3.11-stdlib python3.11 python3.11-minimal \
    python3-pip libsqlite3-0
layer tools perl perl-modules-5.36 libperl5.36 curl libcurl4 vim-runtime
layer compiler cpp-12 binutils-x86-64-linux-gnu libc6-dev
layer servers postgresql-15 nginx redis-server openssl libssl3

for name in "${layers[@]}"; do
    # merged /usr: what a package has in /lib or /bin must not replace the links of the base.
    for directory in bin sbin lib lib64; do
        [ "$name" != base ] && [ -d "$name/$directory" ] || continue
        mkdir -p "$name/usr/$directory"
        cp -a "$name/$directory/." "$name/usr/$directory/"
        rm -rf "${name:?}/$directory"
    done
    tar -C "$name" --numeric-owner --sort=name -cf "$name.tar" .
done
"$fixtures/docker-archive.sh" "$out" jong-bench-debian:latest '{"Cmd":["bash"]}' \
    "${layers[@]/%/.tar}"
