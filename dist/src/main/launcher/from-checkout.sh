# Sourced by ./jong, ./jongd and ./jong-runc, which set `program` and `top`.
#
# The warm path starts no process and looks at one file. A checkout that changed after its build
# is not noticed here, on purpose: looking at every source file would cost each call more than
# the rest of the start. `./build.sh` builds again.
case $top in
/*) ;;
.) top=$PWD ;;
*) top=$PWD/${top#./} ;;
esac
home=$top/dist/target/jong
if ! [ -r "$home/build.env" ]; then
    "$top/build.sh" --if-missing >&2 || exit 125
fi
[ "$program" = jong-runc ] && exec "$home/bin/jong-runc" "$@"
. "$home/lib/launch.sh"
