#!/usr/bin/env bash
# Compares servers with the bare echo by requests per second of server CPU time. Every target runs alone, in turn, ROUNDS times, under the
# same loads; the ratio is taken to the echo of the same round, so that a machine that slows down does not favour anybody.
# Prints a Markdown table on stdout and progress on stderr. Exit code 1 when a run had errors, 2 when a target does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: compare.sh [TARGET...]          default: echo server (server only when SERVER_COMMANDS is set)

Targets are the functions start_TARGET of this script:
  echo         the baseline; always runs
  echo_again   a second echo: shows how much of a difference is noise
  echo_zero    the echo with --zero-byte-reads
  one          GameCluster, gateway and services in one process, SQLite
  two          GameCluster, a gateway process and a silo process; POSTGRES is the Npgsql connection string of an empty database
  server       what the environment describes:
    SERVER_COMMANDS  its processes, one command per line; {port} becomes a free port
    SERVER_URL       default ws://127.0.0.1:{port}/
    SERVER_PIDS      command that prints the process ids to count; default: the started processes and all their descendants
    SERVER_NAME      its name in the table

Loads: CONNECTIONS="64 256"  IN_FLIGHT="1 16"  ROUNDS=3  WARM_UP=10s  DURATION=10s  MESSAGE_ID=40000
       RUN_OPTIONS="..." further options of `run`, for instance --verify or --login;  START_SECONDS=30 time a server may take to listen
       REPORTS=DIR keeps the JSON reports   NO_BUILD=1 uses what is built
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
connections=${CONNECTIONS:-64 256}
in_flight=${IN_FLIGHT:-1 16}
rounds=${ROUNDS:-3}
warm_up=${WARM_UP:-10s}
duration=${DURATION:-10s}
message_id=${MESSAGE_ID:-40000}
start_seconds=${START_SECONDS:-30}
read -ra run_options <<<"${RUN_OPTIONS:-}"
tool=$here/bin/Release/net10.0/GameCluster.LoadTest
started=()   # processes of the running target
url=         # its address
pids=()      # its processes to count
failed=0

say() { echo "$*" >&2; }

# A port below those the kernel gives to outgoing connections, on which nobody listens.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

descendants() {
    local child
    for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
        echo "$child"
        descendants "$child"
    done
}

launch() {
    bash -c "exec $1" >>"$work/server.log" 2>&1 &
    started+=("$!")
}

await_port() {
    local deadline=$((SECONDS + start_seconds))
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        if ((SECONDS >= deadline)); then
            say "The target did not listen on port $1 within $start_seconds s. Its output:"
            tail -n 20 "$work/server.log" >&2
            exit 2
        fi
        sleep 0.1
    done
}

stop_target() {
    local pid all=()
    for pid in "${started[@]}"; do
        all+=("$pid" $(descendants "$pid"))
    done
    for pid in "${all[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    local deadline=$((SECONDS + 10))
    for pid in "${all[@]}"; do
        while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait "${started[@]}" 2>/dev/null || true
    started=()
}

# Targets. Each starts its processes with `launch`, sets `url` and `pids`, and returns when the target listens.

start_echo_with() {
    local port
    port=$(free_port)
    launch "$tool echo-server --port $port $*"
    await_port "$port"
    url=ws://127.0.0.1:$port/
    pids=("${started[@]}")
}

start_echo() { start_echo_with; }
start_echo_again() { start_echo_with; }
start_echo_zero() { start_echo_with --zero-byte-reads; }

# node PROJECT ROLES: one GameCluster process in a folder of its own, with settings of the caller's environment.
node() {
    local folder
    folder=$(mktemp -d "$work/node.XXXX")
    launch "env -C $folder DOTNET_ENVIRONMENT=Production GameCluster__Admin__Key=0123456789abcdef0123456789abcdef GameCluster__Node__Roles=$2 \
        GameCluster__Node__AdvertisedAddress=127.0.0.1 GameCluster__Node__SiloPort=$(free_port) GameCluster__Admin__Port=$admin_port \
        GameCluster__Gateway__Port=$client_port dotnet $here/../../$1/bin/Release/net10.0/GameCluster.$1.dll"
}

await_ready() {
    local deadline=$((SECONDS + start_seconds))
    until curl -fs "http://127.0.0.1:$1/readyz" >/dev/null; do
        if ((SECONDS >= deadline)); then
            say "The target was not ready within $start_seconds s. Its output:"
            tail -n 20 "$work/server.log" >&2
            exit 2
        fi
        sleep 0.2
    done
}

start_one() {
    local client_port admin_port
    client_port=$(free_port)
    admin_port=$(free_port)
    node Silo '*,gateway'
    await_ready "$admin_port"
    url=ws://127.0.0.1:$client_port/
    pids=("${started[@]}")
}

start_two() {
    local client_port admin_port
    : "${POSTGRES:?set it to the Npgsql connection string of a database}"
    export GameCluster__Storage__PostgreSql=$POSTGRES GameCluster__Node__ClusterId=compare$RANDOM
    client_port=$(free_port)
    admin_port=$(free_port)
    node Silo '*'
    await_ready "$admin_port"
    admin_port=$(free_port)
    node Gateway gateway
    await_ready "$admin_port"
    unset GameCluster__Storage__PostgreSql
    url=ws://127.0.0.1:$client_port/
    pids=("${started[@]}")
}

start_server() {
    local port command pid
    port=$(free_port)
    while IFS= read -r command; do
        [[ -z $command ]] || launch "${command//\{port\}/$port}"
    done <<<"${SERVER_COMMANDS:?set it to the commands that start the server, one per line}"
    await_port "$port"
    url=${SERVER_URL:-"ws://127.0.0.1:{port}/"}
    url=${url//\{port\}/$port}
    pids=()
    if [[ -n ${SERVER_PIDS:-} ]]; then
        mapfile -t pids < <(bash -c "${SERVER_PIDS//\{port\}/$port}")
    else
        for pid in "${started[@]}"; do pids+=("$pid" $(descendants "$pid")); done
    fi
}

# Measurement.

name_of() { if [[ $1 == server ]]; then echo "${SERVER_NAME:-server}"; else echo "$1"; fi; }

field() { sed -n "s/^  \"$2\": \([0-9.]*\),\{0,1\}$/\1/p" "$1"; }

# measure TARGET ROUND: one row "target round connections in_flight requests_per_cpu_second requests_per_second" per load.
measure() {
    local target=$1 round=$2 count depth pid report counted=()
    say "round $round: $target"
    "start_$target"
    for pid in "${pids[@]}"; do counted+=(--server-pid "$pid"); done
    for count in $connections; do
        for depth in $in_flight; do
            report=$reports/$target-$round-$count-$depth.json
            rm -f "$report"
            if ! "$tool" run --url "$url" --connections "$count" --in-flight "$depth" --warm-up "$warm_up" --duration "$duration" \
                --message-id "$message_id" "${counted[@]}" --json "$report" "${run_options[@]}" >"$work/run.log" 2>&1; then
                failed=1
                say "round $round: $target with $count connections, $depth in flight, had errors:"
                tail -n 15 "$work/run.log" >&2
            fi
            [[ ! -s $report ]] || echo "$target $round $count $depth $(field "$report" requestsPerServerCpuSecond) $(field "$report" repliesPerSecond)" >>"$work/rows"
        done
    done
    stop_target
}

# statistics: median, minimum and maximum of the numbers on stdin.
statistics() {
    sort -n | awk '{ v[NR] = $1 } END { if (NR) print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2), v[1], v[NR] }'
}

# values TARGET CONNECTIONS IN_FLIGHT COLUMN, and the ratios to the echo of the same round.
values() { awk -v t="$1" -v c="$2" -v d="$3" -v f="$4" '$1 == t && $3 == c && $4 == d { print $f }' "$work/rows"; }
ratios() {
    awk -v t="$1" -v c="$2" -v d="$3" '$3 == c && $4 == d { if ($1 == "echo") echo[$2] = $5; if ($1 == t) own[$2] = $5 }
        END { for (r in own) if (echo[r] > 0) print own[r] / echo[r] }' "$work/rows"
}

table() {
    local target count depth median low high rate_median
    echo "| target | connections | in flight | requests per server CPU second: median | min - max | ratio to echo: median | min - max | requests/s: median |"
    echo "|---|---|---|---|---|---|---|---|"
    for depth in $in_flight; do
        for count in $connections; do
            for target in "${targets[@]}"; do
                read -r median low high < <(values "$target" "$count" "$depth" 5 | statistics) || continue
                printf "| %s | %d | %d | %'.0f | %'.0f - %'.0f |" "$(name_of "$target")" "$count" "$depth" "$median" "$low" "$high"
                read -r median low high < <(ratios "$target" "$count" "$depth" | statistics) || true
                read -r rate_median _ < <(values "$target" "$count" "$depth" 6 | statistics)
                printf " %.2f | %.2f - %.2f | %'.0f |\n" "${median:-0}" "${low:-0}" "${high:-0}" "$rate_median"
            done
        done
    done
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    usage
    exit 0
fi

others=("$@")
if (($# == 0)) && [[ -n ${SERVER_COMMANDS:-} ]]; then others=(server); fi
targets=(echo)
for target in "${others[@]}"; do
    if ! declare -F "start_$target" >/dev/null; then
        usage >&2
        say "There is no target '$target'."
        exit 2
    fi
    [[ $target == echo ]] || targets+=("$target")
done

work=$(mktemp -d)
reports=${REPORTS:-$work}
mkdir -p "$reports"
trap 'stop_target; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say "building the load tool"
[[ -n ${NO_BUILD:-} ]] || dotnet build "$here/LoadTest.csproj" -c Release -v q -nologo >&2
if [[ " ${targets[*]} " == *" one "* || " ${targets[*]} " == *" two "* ]]; then
    for project in Silo Gateway; do [[ -n ${NO_BUILD:-} ]] || dotnet build "$here/../../$project/$project.csproj" -c Release -v q -nologo >&2; done
fi
for ((round = 1; round <= rounds; round++)); do
    for target in "${targets[@]}"; do measure "$target" "$round"; done
done
table
exit "$failed"
