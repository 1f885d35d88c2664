# A cluster of processes on this machine, for the scripts beside this file, which source it. Set before: here, reports, configuration, start_seconds; POSTGRES is the
# Npgsql connection string of an empty database, else `start_postgres` starts one of a local installation. SERVICES: a further assembly of services.
root=$here/../..
tool=$here/bin/$configuration/net10.0/GameCluster.LoadTest
cluster=load$RANDOM
work=$(mktemp -d)
postgres_pid=
client_pid=   # a load tool that runs beside the script
declare -A pid_of client_port admin_port silo_port

say() { echo "$(date +%T) $*" >&2; }

# Ports below those the kernel gives to outgoing connections; each is given once.
next_port=$((20000 + RANDOM % 10000))
take_port() {
    while ((next_port++)); (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do :; done
    port=$next_port
}

kill_now() { { kill -KILL "$1" && wait "$1"; } 2>/dev/null || true; }

# Ends the cluster and what runs beside it; its ports may be given to the next.
stop_nodes() {
    local name
    for name in "${!pid_of[@]}"; do kill_now "${pid_of[$name]}"; done
    pid_of=() silo_port=() admin_port=() client_port=()
}

stop_all() {
    local pid
    for pid in "${pid_of[@]}" $client_pid; do kill_now "$pid"; done
    pid_of=()
    if [[ -n $postgres_pid ]]; then kill -QUIT "$postgres_pid" 2>/dev/null || true; wait "$postgres_pid" 2>/dev/null || true; fi
    rm -rf "$work"
}

# PostgreSQL does not run as root: as root it runs as the user postgres.
as_postgres=()
if ((EUID == 0)); then as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi

start_postgres() {
    local bin data=$work/postgres
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [[ -n $bin ]] || { say "No PostgreSQL in /usr/lib/postgresql; set POSTGRES."; exit 2; }
    mkdir "$data"
    chmod 711 "$work"
    if ((EUID == 0)); then chown postgres "$data"; fi
    "${as_postgres[@]}" "$bin/initdb" -D "$data" -U postgres -A trust -N >"$reports/postgres.log" 2>&1
    take_port
    "${as_postgres[@]}" "$bin/postgres" -D "$data" -h 127.0.0.1 -p "$port" -k "" -c fsync=off >>"$reports/postgres.log" 2>&1 &
    postgres_pid=$!
    for ((i = 0; i < 100; i++)); do
        if "$bin/createdb" -h 127.0.0.1 -p "$port" -U postgres game 2>/dev/null; then break; fi
        sleep 0.2
    done
    POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Database=game"
}

# node NAME PROJECT ROLES
node() {
    local name=$1 folder=$work/$1
    mkdir -p "$folder"
    local service_setting=()
    if [[ -n ${SERVICES:-} && $3 == '*' ]]; then service_setting=(GameCluster__Node__ServiceAssemblies="$SERVICES"); fi
    env -C "$folder" DOTNET_ENVIRONMENT=Production GameCluster__Admin__Key=0123456789abcdef0123456789abcdef GameCluster__Node__Name="$name" GameCluster__Node__Roles="$3" \
        GameCluster__Node__ClusterId="$cluster" GameCluster__Storage__PostgreSql="$POSTGRES" GameCluster__Node__AdvertisedAddress=127.0.0.1 \
        ${service_setting[@]+"${service_setting[@]}"} \
        GameCluster__Node__SiloPort="${silo_port[$name]}" GameCluster__Admin__Port="${admin_port[$name]}" GameCluster__Gateway__Port="${client_port[$name]}" \
        dotnet "$root/$2/bin/$configuration/net10.0/GameCluster.$2.dll" >>"$reports/$name.log" 2>&1 &
    pid_of[$name]=$!
    local other
    for other in "${!pid_of[@]}"; do echo "$other ${pid_of[$other]}"; done >"$work/pids.new"
    mv "$work/pids.new" "$work/pids"
}

start_node() {
    local name=$1
    if [[ -z ${silo_port[$name]:-} ]]; then
        take_port; silo_port[$name]=$port
        take_port; admin_port[$name]=$port
        take_port; client_port[$name]=$port
    fi
    if [[ $name == silo* ]]; then node "$name" Silo '*'; else node "$name" Gateway gateway; fi
}

await_ready() {
    local deadline=$((SECONDS + start_seconds))
    until curl -fs "http://127.0.0.1:${admin_port[$1]}/readyz" >/dev/null; do
        if ((SECONDS >= deadline)) || ! kill -0 "${pid_of[$1]}" 2>/dev/null; then
            say "$1 was not ready within $start_seconds s. Its output:"
            tail -n 20 "$reports/$1.log" >&2
            return 2
        fi
        sleep 0.2
    done
}

await_tcp() {
    local deadline=$((SECONDS + start_seconds))
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        if ((SECONDS >= deadline)); then
            say "Nothing listens on port $1 after $start_seconds s."
            exit 2
        fi
        sleep 0.1
    done
}

# start_cluster SILOS GATEWAYS: sets `urls` and `pids`, as options of the load tool.
start_cluster() {
    local name
    for ((i = 1; i <= $1; i++)); do start_node "silo-$i"; done
    for ((i = 1; i <= $2; i++)); do start_node "gateway-$i"; done
    urls=() pids=()
    for name in "${!pid_of[@]}"; do
        await_ready "$name" || exit 2
        pids+=(--server-pid "${pid_of[$name]}")
    done
    for ((i = 1; i <= $2; i++)); do urls+=(--url "ws://127.0.0.1:${client_port[gateway-$i]}/"); done
    say "cluster ready: $1 silos, $2 gateways"
}
