#!/usr/bin/env bash
# Kills gateways under a swarm of players and lets the checks judge what the players saw. Starts everything it needs: a PostgreSQL of its own, SILOS silos and
# GATEWAYS gateways as processes, one swarm; kills a gateway by SIGKILL every KILL_EVERY seconds, KILLS times in turn, and starts it again at its port.
# Leaves history.jsonl, report.json and the processes' logs in REPORTS. Exit code 1 when a promise was broken, 2 when something does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: resume.sh

  SILOS=3 GATEWAYS=3 ROOMS=50 MEMBERS=10   the cluster and the swarm
  GAME=board    whose rooms; board.durable for rooms that outlive their silo
  RATE=1        publishes per second in each room
  SEED=1        what the players decide by chance
  CUT_EVERY=20s mean time between two cuts of a player's connection by itself;  SLOW=0 share of players that stop reading now and then
  KILLS=10 KILL_EVERY=8                    kills of a gateway, and seconds between them; KILL=silo kills silos instead. Fewer kills when a node takes longer than that to start
  DURATION=     measured time; default: what the kills need
  POSTGRES=     Npgsql connection string of an empty database; default: a PostgreSQL of its own from a local installation
  CONFIGURATION=Release   REPORTS=./resume-reports   START_SECONDS=90   SWARM_OPTIONS="..." further options of `swarm`
USAGE
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit 0; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
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

source "$here/cluster.sh"

mkdir -p "$reports"
trap stop_all EXIT
trap 'exit 130' INT TERM

if [[ -z ${NO_BUILD:-} ]]; then
    for project in Silo Gateway Tests/LoadTest; do dotnet build "$root/$project" -c "$configuration" -v q -nologo >&2; done
fi
[[ -n ${POSTGRES:-} ]] || start_postgres
start_cluster "$silos" "$gateways"

"$tool" swarm "${urls[@]}" --rooms "${ROOMS:-50}" --members "${MEMBERS:-10}" --rate "${RATE:-1}" --seed "${SEED:-1}" --cut-every "${CUT_EVERY:-20s}" --slow "${SLOW:-0}" \
    --game "${GAME:-board}" --duration "$duration" --server-pid-file "$work/pids" --history "$reports/history.jsonl" --json "$reports/report.json" "${swarm_options[@]}" \
    >"$reports/swarm.txt" 2>"$reports/swarm.log" &
client_pid=$!
until grep -qs ' measure ' "$reports/swarm.log" || ! kill -0 "$client_pid" 2>/dev/null; do sleep 0.2; done

count=$gateways
if [[ $kind == silo ]]; then count=$silos; fi
for ((n = 0; n < kills; n++)); do
    kill -0 "$client_pid" 2>/dev/null || break
    victim=$kind-$((n % count + 1))
    say "kill $((n + 1)): $victim (${pid_of[$victim]})"
    kill_now "${pid_of[$victim]}"
    next=$((SECONDS + kill_every))
    start_node "$victim"
    await_ready "$victim" || exit 2
    while ((SECONDS < next)); do sleep 0.2; done
done

code=0
wait "$client_pid" || code=$?
client_pid=
cat "$reports/swarm.txt"
exit "$code"
