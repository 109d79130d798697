# Read before each row of the comparisons. The environment has SOCKET, REGISTRY and WORK.
cd "$WORK" || exit
api() { curl -s --unix-socket "$SOCKET" "$@"; }
tar="Content-Type: application/x-tar"
box=http://d/v1.45/containers/box/archive
# Of HEAD on an archive: the status, and what the header tells.
stat_of() {
    api -I "$box?path=$1" | tr -d '\r' | while IFS=' ' read -r name value; do
        case $name in
        HTTP*) echo "${value%% *}" ;;
        X-Docker-Container-Path-Stat:) echo "$value" | base64 -d && echo ;;
        esac
    done
}
# PUT of an archive: the answer and the status.
put() { api -w '%{http_code}\n' -X PUT "$box?$1" -H "$tar" --data-binary "@$2"; }
