#!/usr/bin/env bash
# Measures rooms: what a message to everybody costs next to a bare server that writes the same to as many sockets, many small rooms, durable rooms next to volatile ones, memory of
# sessions, and clients that stop reading. Starts everything it needs: a PostgreSQL of its own, for each measurement a fresh cluster of one silo and two gateways as processes, and the load tool.
# Prints Markdown tables on stdout and progress on stderr. Exit code 1 when a run was not faultless, 2 when something does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: rooms.sh [MEASUREMENT...]       default: fan_out rooms durable idle slow

  fan_out   one room of FAN_OUT_MEMBERS=1000, FAN_OUT_RATE=20 messages a second that all get, ROUNDS=3 times in turn with the bare server
  rooms     rooms of ROOM_MEMBERS=10: members and messages a second of each member, as MEMBERS:RATE pairs, ROOMS="1000:0.5 1000:1 1000:2 4000:0.5"
  durable   volatile and durable rooms of DURABLE_MEMBERS=2 in turn, DURABLE_ROUNDS=3 times, as ROOMS:COMMANDS A SECOND IN EACH, DURABLE="16:20 256:4"; the database waits for the disk
  idle      IDLE=5000 connected sessions that say nothing
  slow      SLOW_MEMBERS=500 in rooms of 10, SLOW_RATE=10 messages of SLOW_BYTES=16000 a second in each: all read; then SLOW_SHARE=0.01 stop, for SLOW_FOR=20s at a time

  WARM_UP=5s  DURATION=10s (slow: SLOW_DURATION=45s)   SEED=1   GATEWAYS=2
  POSTGRES=   Npgsql connection string of an empty database; default: a PostgreSQL of its own from a local installation
  CONFIGURATION=Release   REPORTS=./rooms-reports keeps JSON reports and logs   START_SECONDS=90   NO_BUILD=1 uses what is built
USAGE
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit 0; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
configuration=${CONFIGURATION:-Release}
reports=${REPORTS:-$PWD/rooms-reports}
start_seconds=${START_SECONDS:-90}
warm_up=${WARM_UP:-5s}
duration=${DURATION:-10s}
seed=${SEED:-1}
source "$here/cluster.sh"
SERVICES=$(cd "$root" && pwd)/Tests/TestServices/bin/$configuration/net10.0/GameCluster.TestServices.dll
failed=0

# The number after the first "NAME" of a report, at the outer level.
field() { sed -n "s/^  \"$2\": \([0-9.]*\),\{0,1\}$/\1/p" "$reports/$1.json"; }

# The P of the latency "NAME" in a report.
latency() { sed -n "/^  \"$2\": {/,/}/s/^    \"$3\": \([0-9.]*\),\{0,1\}$/\1/p" "$reports/$1.json"; }

# CPU seconds of all server processes or of one, and resident MiB before and after.
cpu() { sed -n 's/^      "cpuSeconds": \([0-9.]*\),$/\1/p' "$reports/$1.json" | awk '{ sum += $1 } END { printf "%.1f", sum }'; }
cpu_of() { sed -n "/\"pid\": $2,/,/cpuSeconds/s/^      \"cpuSeconds\": \([0-9.]*\),\$/\1/p" "$reports/$1.json"; }
resident() { sed -n "s/^      \"residentBytes$2\": \([0-9]*\),\$/\1/p" "$reports/$1.json" | awk '{ sum += $1 } END { printf "%.0f", sum / 1048576 }'; }

# run REPORT COMMAND OPTIONS...: the load tool; a run with errors is said, and counts in the exit code.
run() {
    local report=$1
    shift
    rm -f "$reports/$report.json"
    if ! "$tool" "$@" --json "$reports/$report.json" >"$reports/$report.txt" 2>"$reports/$report.log"; then
        failed=1
        say "$report was not faultless:"
        tail -n 3 "$reports/$report.log" "$reports/$report.txt" >&2
    fi
}

fresh_cluster() {
    stop_nodes
    cluster=rooms$RANDOM
    start_cluster 1 "${GATEWAYS:-2}"
}

# swarm REPORT ROOMS MEMBERS RATE OPTIONS...: players of the game that $game names, else of the one that only passes on what it is told.
swarm() {
    run "$1" swarm "${urls[@]}" "${pids[@]}" --game "${game:-stage}" --rooms "$2" --members "$3" --rate "$4" --seed "$seed" --connect-rate 300 \
        --warm-up "$warm_up" --duration "$duration" --grace 2s "${@:5}"
}

fan_out() {
    local members=${FAN_OUT_MEMBERS:-1000} rate=${FAN_OUT_RATE:-20} round name
    fresh_cluster
    take_port
    "$tool" echo-server --fan-out --port "$port" >"$reports/bare.log" 2>&1 &
    pid_of[bare]=$!
    await_tcp "$port"
    echo "| round | target | deliveries/s | deliveries per server CPU second | ratio | p50, p99 ms |"
    echo "|---|---|---|---|---|---|"
    for ((round = 1; round <= ${ROUNDS:-3}; round++)); do
        name=fan-out-bare-$round
        run "$name" fan-out --url "ws://127.0.0.1:$port/" --connections "$members" --publish-rate "$rate" --publish-bytes 60 \
            --warm-up "$warm_up" --duration "$duration" --server-pid "${pid_of[bare]}"
        local bare
        bare=$(field "$name" pushesPerServerCpuSecond)
        echo "| $round | bare server | $(field "$name" pushesPerSecond) | $bare | 1.00 | $(latency "$name" latencyMs p50), $(latency "$name" latencyMs p99) |"
        name=fan-out-room-$round
        swarm "$name" 1 "$members" "$rate"
        echo "| $round | room | $(field "$name" deliveredPerSecond) | $(field "$name" deliveredPerServerCpuSecond) |" \
            "$(awk -v a="$(field "$name" deliveredPerServerCpuSecond)" -v b="$bare" 'BEGIN { printf "%.2f", b ? a / b : 0 }') |" \
            "$(latency "$name" steadyDeliveryMs p50), $(latency "$name" steadyDeliveryMs p99) |"
    done
    stop_nodes
}

rooms() {
    local pair members rate name size=${ROOM_MEMBERS:-10}
    echo "| members | messages/s of each | deliveries/s: asked for | reached | deliveries per server CPU second | server CPU s | p50, p99 ms |"
    echo "|---|---|---|---|---|---|---|"
    for pair in ${ROOMS:-1000:0.5 1000:1 1000:2 4000:0.5}; do
        members=${pair%:*} rate=${pair#*:}
        name=rooms-$members-$rate
        fresh_cluster
        swarm "$name" $((members / size)) "$size" "$(awk -v r="$rate" -v s="$size" 'BEGIN { print r * s }')"
        echo "| $members | $rate | $(awk -v r="$rate" -v m="$members" -v s="$size" 'BEGIN { print r * m * s }') | $(field "$name" deliveredPerSecond) |" \
            "$(field "$name" deliveredPerServerCpuSecond) | $(cpu "$name") | $(latency "$name" steadyDeliveryMs p50), $(latency "$name" steadyDeliveryMs p99) |"
    done
    stop_nodes
}

# What the journal has written so far: entries and batches.
batches() { curl -fs -H "Authorization: Bearer 0123456789abcdef0123456789abcdef" "http://127.0.0.1:${admin_port[silo-1]}/metrics" | awk '/^gamecluster_journal_batch[a-z_]*_sum/ { s = $2 } /^gamecluster_journal_batch[a-z_]*_count/ { c = $2 } END { print s + 0, c + 0 }'; }

durable() {
    local pair number rate round game name before database
    [[ -n $postgres_pid ]] || { say "durable needs a PostgreSQL of its own: unset POSTGRES."; exit 2; }
    durable_postgres on
    fresh_cluster
    echo "| rooms, commands/s in each | game | commands/s | commands per CPU second: silo and gateways | with the database | entries per batch | p50, p99 ms to delivery |"
    echo "|---|---|---|---|---|---|---|"
    for pair in ${DURABLE:-16:20 256:4}; do
        number=${pair%:*} rate=${pair#*:}
        for ((round = 1; round <= ${DURABLE_ROUNDS:-3}; round++)); do
            for game in account account.durable; do
                name=durable-$game-$number-$rate-$round
                before=$(batches)
                swarm "$name" "$number" "${DURABLE_MEMBERS:-2}" "$rate" --server-pid "$postgres_pid"
                echo "$before $(batches) $(field "$name" publishedPerSecond) $(field "$name" windowSeconds) $(cpu "$name") $(cpu_of "$name" "$postgres_pid")" |
                    awk -v p="$number, $rate" -v g="$game" -v l="$(latency "$name" steadyDeliveryMs p50), $(latency "$name" steadyDeliveryMs p99)" '{
                        entries = $3 - $1; written = $4 - $2; commands = $5 * $6
                        printf "| %s | %s | %s | %.0f | %.0f | %s | %s |\n", p, g, $5, commands / ($7 - $8), commands / $7, (entries > 20 ? sprintf("%.1f", entries / written) : "-"), l }'
            done
        done
    done
    stop_nodes
    durable_postgres off
}

# Whether the database waits for the disk, from now on.
durable_postgres() {
    "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/psql" -qX "$(sed 's/Host=\([^;]*\);Port=\([^;]*\);Username=\([^;]*\);Database=\(.*\)/host=\1 port=\2 user=\3 dbname=\4/' <<<"$POSTGRES")" \
        -c "ALTER SYSTEM SET fsync = $1" -c "SELECT pg_reload_conf()" >/dev/null
}

idle() {
    fresh_cluster
    run idle swarm "${urls[@]}" "${pids[@]}" --idle --members "${IDLE:-5000}" --prime 500 --connect-rate 300 --grace 10s --seed "$seed"
    cat "$reports/idle.txt"
    stop_nodes
}

slow() {
    local share name members=${SLOW_MEMBERS:-500} duration=${SLOW_DURATION:-45s}
    echo "| stop reading | deliveries/s | others' p50, p99 ms | closed as slow | RSS of all processes before, after, MiB |"
    echo "|---|---|---|---|---|"
    for share in 0 "${SLOW_SHARE:-0.01}"; do
        name=slow-$share
        fresh_cluster
        swarm "$name" $((members / 10)) 10 "${SLOW_RATE:-10}" --body-bytes "${SLOW_BYTES:-16000}" --slow "$share" --slow-for "${SLOW_FOR:-20s}"
        echo "| $share | $(field "$name" deliveredPerSecond) | $(latency "$name" steadyDeliveryMs p50), $(latency "$name" steadyDeliveryMs p99) |" \
            "$(sed -n 's/^      "4008": \([0-9]*\),\{0,1\}$/\1/p' "$reports/$name.json" | head -n 1) | $(resident "$name" Before), $(resident "$name" After) |"
    done
    stop_nodes
}

measurements=("$@")
if (($# == 0)); then measurements=(fan_out rooms durable idle slow); fi
for measurement in "${measurements[@]}"; do
    if [[ ! $measurement =~ ^(fan_out|rooms|durable|idle|slow)$ ]]; then
        usage >&2
        say "There is no measurement '$measurement'."
        exit 2
    fi
done

mkdir -p "$reports"
trap stop_all EXIT
trap 'exit 130' INT TERM

if [[ -z ${NO_BUILD:-} ]]; then
    for project in Silo Gateway Tests/TestServices Tests/LoadTest; do dotnet build "$root/$project" -c "$configuration" -v q -nologo >&2; done
fi
[[ -n ${POSTGRES:-} ]] || start_postgres
for measurement in "${measurements[@]}"; do
    echo "### $measurement"
    echo
    "$measurement"
    echo
done
exit "$failed"
