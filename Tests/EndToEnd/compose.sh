#!/usr/bin/env bash
# Acceptance of docker-compose.yml on a real engine: builds the images, starts the cluster, plays through both gateways, adds a silo, kills one
# while clients talk, stops one gracefully, and takes everything down. Needs docker and docker-compose (v1 or v2), curl and the .NET SDK; the
# client ports from 20000 and the admin ports from 21000 on must be free. Exit code 0 only if every step held.
set -euo pipefail
cd "$(dirname "$0")/../.."

if command -v docker-compose >/dev/null; then compose=(docker-compose); else compose=(docker compose); fi
compose+=(-p gamecluster-acceptance)
POSTGRES_PASSWORD=$(openssl rand -hex 32)
GAMECLUSTER_ADMIN_KEY=$(openssl rand -hex 32)
export POSTGRES_PASSWORD GAMECLUSTER_ADMIN_KEY

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
finish() {
  local status=$?
  [[ $status == 0 ]] || "${compose[@]}" logs --tail 40 || true
  "${compose[@]}" down -v --remove-orphans >/dev/null 2>&1 || true
  exit "$status"
}
trap finish EXIT

containers() { "${compose[@]}" ps -q "$1"; }
port_of() { docker inspect -f "{{(index (index .NetworkSettings.Ports \"$2/tcp\") 0).HostPort}}" "$1"; }
admin() { curl -fsS -H "Authorization: Bearer $GAMECLUSTER_ADMIN_KEY" "http://127.0.0.1:$admin_port/admin/v1/$1"; }
active() { admin status | grep -o '"status":"active"' | wc -l; }
wait_for() { # wait_for SECONDS WHAT COMMAND...
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || fail "still waiting for $what"
    sleep 1
  done
}
members_are() { [[ $(active 2>/dev/null || echo 0) == "$1" ]]; }
healthy() {
  local container
  for container in $("${compose[@]}" ps -q); do
    [[ $(docker inspect -f '{{.State.Health.Status}}' "$container") == healthy ]] || return 1
  done
}
load() { # load SECONDS [more options]: every reply is checked; errors fail the step unless --tolerate
  local seconds=$1 urls=() port
  shift
  for port in "${client_ports[@]}"; do urls+=(--url "ws://127.0.0.1:$port/"); done
  dotnet run --project Tests/LoadTest -c Release --no-build -- run "${urls[@]}" --connections 50 --in-flight 2 --warm-up 1s --duration "${seconds}s" --verify "$@"
}

step "build"
dotnet build Tests/LoadTest -c Release -v q -nologo
"${compose[@]}" build

step "refuses to start without secrets"
if (unset POSTGRES_PASSWORD; "${compose[@]}" config >/dev/null 2>&1); then fail "compose accepted a missing POSTGRES_PASSWORD"; fi

step "up: PostgreSQL, 3 silos, 2 gateways"
"${compose[@]}" up -d
wait_for 180 "every container to be healthy" healthy
mapfile -t gateways < <(containers gateway)
((${#gateways[@]} == 2)) || fail "${#gateways[@]} gateways instead of 2"
client_ports=()
for gateway in "${gateways[@]}"; do client_ports+=("$(port_of "$gateway" 20000)"); done
admin_port=$(port_of "${gateways[0]}" 20001)
wait_for 60 "5 active members" members_are 5

step "only the client ports are public, admin is on loopback, nobody is root"
for container in $("${compose[@]}" ps -q); do
  docker port "$container" | grep -v '^20000/tcp' | grep -v -- '-> 127.0.0.1:' && fail "a port of $container is public"
done
for container in $(containers silo) $(containers gateway); do
  [[ $(docker exec "$container" id -u) != 0 ]] || fail "$container runs as root"
done
[[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$admin_port/admin/v1/status") == 401 ]] || fail "admin answers without a key"

step "plays through both gateways"
load 5

step "one silo more: --scale silo=4"
"${compose[@]}" up -d --no-recreate --scale silo=4
wait_for 90 "6 active members" members_are 6

step "a silo is killed while clients talk"
victim=$(containers silo | sed -n 1p)
(sleep 4 && docker kill "$victim" >/dev/null) &
load 15 --timeout 10s || echo "(requests of the killed silo got an explicit error, which the load tool counts)"
wait
wait_for 60 "the killed silo to be evicted" members_are 5
load 5
docker start "$victim" >/dev/null
wait_for 90 "the killed silo to be back" members_are 6

step "a silo is stopped gracefully while clients talk: no error"
victim=$(containers silo | tail -n 1)
(sleep 3 && docker stop -t 35 "$victim" >/dev/null) &
load 12 --timeout 10s
wait

step "down within the grace period"
started=$SECONDS
"${compose[@]}" stop
((SECONDS - started < 60)) || fail "stopping took $((SECONDS - started)) s"
echo "PASSED"
