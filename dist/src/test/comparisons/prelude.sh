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
version=v1.45
json="Content-Type: application/json"
# POST of a document: the answer and the status.
post() { api -w '%{http_code}\n' -X POST "http://d/$version/$1" -H "$json" -d "$2"; }
# Creates a container of busybox with what is to be added to the request, and removes it: what was answered.
create() {
    answer=$(post containers/create "{\"Image\":\"busybox\",${1#?}")
    id=$(echo "$answer" | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
    echo "$answer"
    if [ -n "$id" ]; then mounts "$id"; docker rm -v "$id" >rm.log; fi
}
# Creates and starts one, and says what the start answers.
start() {
    id=$(post containers/create "{\"Image\":\"busybox\",${1#?}" | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
    post "containers/$id/start" ''
    docker rm -f "$id" >rm.log
}
# Creates a container by the docker CLI, tells its mounts, and removes it.
try() {
    if docker create --name cmptry "$@" busybox >try.log 2>&1; then
        mounts cmptry
        docker rm -v cmptry >rm.log
    else
        cat try.log
    fi
}
# The CLI writes labels in any order.
ordered() { sed 's/m=,l=1/l=1,m=/'; }
# Without the places of volumes and layers.
rootless() { sed 's#/[^ "]*/volumes/#ROOT/#g; s#/[^ "]*/merged/#MERGED/#g'; }
# The mounts of a container, sorted, one a line.
mounts() {
    columns='.Destination .Type .Name .Source .Driver .Mode .RW .Propagation'
    asked='{{json .HostConfig.Binds}} {{json .HostConfig.Mounts}} {{json .Config.Volumes}}'
    docker inspect -f "{{range .Mounts}}{{println $columns}}{{end}}$asked" "$1" |
        rootless | LC_ALL=C sort
}
# Creates a network with what is to be added to the request, and removes it: what was answered.
network() {
    post networks/create "{\"Name\":\"cmpnet\",$1}" | sed 's/"Id":"[0-9a-f]*"/"Id":"ID"/'
    docker network rm -f cmpnet >rm.log 2>&1
}
