#!/usr/bin/env bash
# Cuts the connections of thousands of sessions at once and measures how they come back. Starts everything it needs: a PostgreSQL of its own, SILOS silos and GATEWAYS
# gateways as processes, and the clients. Leaves report.json and the processes' logs in REPORTS. Exit code 1 when a session was lost or not back in time, or a member of the
# cluster was taken for dead, 2 when something does not start.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: herd.sh

  SESSIONS=10000 SILOS=1 GATEWAYS=2        the clients and the cluster
  CONNECT_RATE=300   sessions begun per second, before the cut;  LIMIT=60s   time to be back
  SEED=1             the clients' random pauses
  POSTGRES=          Npgsql connection string of an empty database; default: a PostgreSQL of its own from a local installation
  CONFIGURATION=Release   REPORTS=./herd-reports   START_SECONDS=90
USAGE
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage; exit 0; fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
configuration=${CONFIGURATION:-Release}
reports=${REPORTS:-$PWD/herd-reports}
start_seconds=${START_SECONDS:-90}

source "$here/cluster.sh"

mkdir -p "$reports"
trap stop_all EXIT
trap 'exit 130' INT TERM
ulimit -n 65536 2>/dev/null || true

if [[ -z ${NO_BUILD:-} ]]; then
    for project in Silo Gateway Tests/LoadTest; do dotnet build "$root/$project" -c "$configuration" -v q -nologo >&2; done
fi
[[ -n ${POSTGRES:-} ]] || start_postgres
start_cluster "${SILOS:-1}" "${GATEWAYS:-2}"

code=0
"$tool" herd "${urls[@]}" "${pids[@]}" --sessions "${SESSIONS:-10000}" --connect-rate "${CONNECT_RATE:-300}" --limit "${LIMIT:-60s}" --seed "${SEED:-1}" \
    --json "$reports/report.json" || code=$?

members=$(curl -fs -H 'Authorization: Bearer 0123456789abcdef0123456789abcdef' "http://127.0.0.1:${admin_port[gateway-1]}/admin/v1/status" | grep -o '"status":"active"' | wc -l)
say "$members of ${#pid_of[@]} members are active"
((members == ${#pid_of[@]})) || code=1
exit "$code"
