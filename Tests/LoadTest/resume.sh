#!/usr/bin/env bash
# Kills gateways under a swarm of players and lets the checks judge what the players saw. Starts everything it needs: a PostgreSQL of its own, SILOS silos and
# GATEWAYS gateways as processes, one swarm; kills a gateway by SIGKILL every KILL_EVERY seconds, KILLS times in turn, and starts it again at its port.
# Leaves history.jsonl, report.json and the processes' logs in REPORTS. Exit code 1 when a promise was broken, 2 when something does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: resume.sh

  SILOS=3 GATEWAYS=3 ROOMS=50 MEMBERS=10   the cluster and the swarm
  RATE=1        publishes per second in each room
  SEED=1        what the players decide by chance
  CUT_EVERY=20s mean time between two cuts of a player's connection by itself;  SLOW=0 share of players that stop reading now and then
  KILLS=10 KILL_EVERY=8                    kills of a gateway, and seconds between them; KILL=silo kills silos instead
  DURATION=     measured time; default: what the kills need
  POSTGRES=     Npgsql connection string of an empty database; default: a PostgreSQL of its own from a local installation
  CONFIGURATION=Release   REPORTS=./resume-reports   START_SECONDS=90   SWARM_OPTIONS="..." further options of `swarm`
USAGE
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit 0; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
silos=${SILOS:-3}
gateways=${GATEWAYS:-3}
kills=${KILLS:-10}
kill_every=${KILL_EVERY:-8}
kind=${KILL:-gateway}
duration=${DURATION:-$((kills * kill_every + 5))s}
configuration=${CONFIGURATION:-Release}
reports=${REPORTS:-$PWD/resume-reports}
start_seconds=${START_SECONDS:-90}
read -ra swarm_options <<<"${SWARM_OPTIONS:-}"
tool=$here/bin/$configuration/net10.0/GameCluster.LoadTest
cluster=resume$RANDOM
work=$(mktemp -d)
postgres_pid=
swarm_pid=
declare -A pid_of client_port admin_port silo_port

say() { echo "$(date +%T) $*" >&2; }

# Ports below those the kernel gives to outgoing connections; each is given once.
next_port=$((20000 + RANDOM % 10000))
take_port() {
    while ((next_port++)); (exec 3<>"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do :; done
    port=$next_port
}

kill_now() { { kill -KILL "$1" && wait "$1"; } 2>/dev/null || true; }

stop_all() {
    local pid
    for pid in "${pid_of[@]}" $swarm_pid; do kill_now "$pid"; done
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
    env -C "$folder" DOTNET_ENVIRONMENT=Production GameCluster__Admin__Key=0123456789abcdef0123 GameCluster__Node__Name="$name" GameCluster__Node__Roles="$3" \
        GameCluster__Node__ClusterId="$cluster" GameCluster__Storage__PostgreSql="$POSTGRES" GameCluster__Node__AdvertisedAddress=127.0.0.1 \
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
        if ((SECONDS >= deadline)); then
            say "$1 was not ready within $start_seconds s. Its output:"
            tail -n 20 "$reports/$1.log" >&2
            return 2
        fi
        sleep 0.2
    done
}

mkdir -p "$reports"
trap stop_all EXIT
trap 'exit 130' INT TERM

if [[ -z ${NO_BUILD:-} ]]; then
    for project in Silo Gateway Tests/LoadTest; do dotnet build "$root/$project" -c "$configuration" -v q -nologo >&2; done
fi
[[ -n ${POSTGRES:-} ]] || start_postgres
for ((i = 1; i <= silos; i++)); do start_node "silo-$i"; done
for ((i = 1; i <= gateways; i++)); do start_node "gateway-$i"; done
urls=()
for name in "${!pid_of[@]}"; do await_ready "$name" || exit 2; done
for ((i = 1; i <= gateways; i++)); do urls+=(--url "ws://127.0.0.1:${client_port[gateway-$i]}/"); done
say "cluster ready: $silos silos, $gateways gateways"

"$tool" swarm "${urls[@]}" --rooms "${ROOMS:-50}" --members "${MEMBERS:-10}" --rate "${RATE:-1}" --seed "${SEED:-1}" --cut-every "${CUT_EVERY:-20s}" --slow "${SLOW:-0}" \
    --duration "$duration" --server-pid-file "$work/pids" --history "$reports/history.jsonl" --json "$reports/report.json" "${swarm_options[@]}" \
    >"$reports/swarm.txt" 2>"$reports/swarm.log" &
swarm_pid=$!
until grep -q ' measure ' "$reports/swarm.log" || ! kill -0 "$swarm_pid" 2>/dev/null; do sleep 0.2; done

count=$gateways
if [[ $kind == silo ]]; then count=$silos; fi
for ((n = 0; n < kills; n++)); do
    kill -0 "$swarm_pid" 2>/dev/null || break
    victim=$kind-$((n % count + 1))
    say "kill $((n + 1)): $victim (${pid_of[$victim]})"
    kill_now "${pid_of[$victim]}"
    next=$((SECONDS + kill_every))
    start_node "$victim"
    await_ready "$victim" || exit 2
    while ((SECONDS < next)); do sleep 0.2; done
done

code=0
wait "$swarm_pid" || code=$?
swarm_pid=
cat "$reports/swarm.txt"
exit "$code"
