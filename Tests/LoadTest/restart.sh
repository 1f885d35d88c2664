#!/usr/bin/env bash
# A rolling restart under load. Starts everything it needs: a PostgreSQL of its own, SILOS silos and GATEWAYS gateways as processes, CLIENTS clients; then stops one node after the other
# by SIGTERM, STOPS times in turn, and starts each again at its port.
#   STOP=silo     clients of version 0 send echoes at a fixed rate; each must be answered once, in order and without an error. The latency counts from when a request was due
#   STOP=gateway  players of version 1 in rooms, sent away by goaway; the checks judge what they saw
# Leaves report.json and the processes' logs in REPORTS. Exit code 1 when something failed, 2 when something does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: restart.sh

  STOP=silo|gateway                 what is restarted
  SILOS=3 GATEWAYS=2 CLIENTS=1000   the cluster and its load
  RATE=2000     silo: requests per second in all (RAMP=2s: time until all clients take part); gateway: publishes per second in each room (default 1)
  MEMBERS=10 SEED=1                 gateway: players in a room; what they decide by chance
  STOPS=10 STOP_EVERY=8             stops, and seconds between them; fewer when a node takes longer than that to start
  DURATION=     measured time; default: what the stops need
  POSTGRES=     Npgsql connection string of an empty database; default: a PostgreSQL of its own from a local installation
  CONFIGURATION=Release   REPORTS=./restart-reports   START_SECONDS=90   OPTIONS="..." further options of the load tool
USAGE
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit 0; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind=${STOP:-silo}
silos=${SILOS:-3}
gateways=${GATEWAYS:-2}
clients=${CLIENTS:-1000}
members=${MEMBERS:-10}
stops=${STOPS:-10}
stop_every=${STOP_EVERY:-8}
duration=${DURATION:-$((stops * stop_every + 5))s}
configuration=${CONFIGURATION:-Release}
reports=${REPORTS:-$PWD/restart-reports}
start_seconds=${START_SECONDS:-90}
read -ra options <<<"${OPTIONS:-}"

source "$here/cluster.sh"

mkdir -p "$reports"
rm -f "$reports"/*.log
trap stop_all EXIT
trap 'exit 130' INT TERM

if [[ -z ${NO_BUILD:-} ]]; then
    for project in Silo Gateway Tests/LoadTest; do dotnet build "$root/$project" -c "$configuration" -v q -nologo >&2; done
fi
[[ -n ${POSTGRES:-} ]] || start_postgres
start_cluster "$silos" "$gateways"

if [[ $kind == silo ]]; then
    count=$silos
    load=(run "${urls[@]}" --connections "$clients" --rate "${RATE:-2000}" --verify --ramp "${RAMP:-2s}" --warm-up 3s)
else
    count=$gateways
    load=(swarm "${urls[@]}" --rooms "$((clients / members))" --members "$members" --rate "${RATE:-1}" --seed "${SEED:-1}" --server-pid-file "$work/pids" --history "$reports/history.jsonl")
fi

"$tool" "${load[@]}" --duration "$duration" --json "$reports/report.json" "${options[@]}" >"$reports/load.txt" 2>"$reports/load.log" &
client_pid=$!
until grep -qs ' measure ' "$reports/load.log" || ! kill -0 "$client_pid" 2>/dev/null; do sleep 0.2; done

for ((n = 0; n < stops; n++)); do
    kill -0 "$client_pid" 2>/dev/null || break
    victim=$kind-$((n % count + 1))
    next=$((SECONDS + stop_every))
    began=$(date +%s%3N)
    stopped=0
    kill -TERM "${pid_of[$victim]}"
    wait "${pid_of[$victim]}" || stopped=$?
    say "stop $((n + 1)): $victim, code $stopped after $(($(date +%s%3N) - began)) ms. $(grep -o '"Message":"[0-9]* grains have moved in[^"]*' "$reports/$victim.log" | tail -n 1 | cut -d'"' -f4)"
    start_node "$victim"
    await_ready "$victim" || exit 2
    while ((SECONDS < next)); do sleep 0.2; done
done

code=0
wait "$client_pid" || code=$?
client_pid=
cat "$reports/load.txt"
exit "$code"
