#!/bin/sh
# Asks a deployed agent one question with a known answer. Each step is named; the first that fails ends the script with its name.
#
# In (environment, all optional): K8S_NAMESPACE, HELM_RELEASE (both csv-analyst), SMOKE_SERVICE (the release's full name),
# SMOKE_PORT (local port, 18000), SMOKE_SQL and SMOKE_ROW (query and its one row, JSON), SMOKE_TIMEOUT (seconds for the rollout,
# 180), SMOKE_RUN_TIMEOUT (seconds for each request and for the run, 60), KUBECTL, CURL.
# Out: the steps on standard output, exit status 0; or `FAILED at step …` on standard error, exit status 1.
set -u

namespace=${K8S_NAMESPACE:-csv-analyst}
release=${HELM_RELEASE:-csv-analyst}
kubectl=${KUBECTL:-kubectl}
curl=${CURL:-curl}
port=${SMOKE_PORT:-18000}
rollout_timeout=${SMOKE_TIMEOUT:-180}
run_timeout=${SMOKE_RUN_TIMEOUT:-60}
sql=${SMOKE_SQL:-"SELECT region, SUM(units) AS units FROM sales WHERE region = 'north' GROUP BY region"}
row=${SMOKE_ROW:-'["north",90]'}
case $release in
  *csv-analyst-chat*) service=${SMOKE_SERVICE:-$release} ;;
  *) service=${SMOKE_SERVICE:-$release-csv-analyst-chat} ;;
esac
base=http://127.0.0.1:$port
forward=
step=start

fail() {
  echo "FAILED at step $step: $1" >&2
  exit 1
}

# However the script ends, the port-forward ends with it.
cleanup() {
  if [ -n "$forward" ]; then
    kill "$forward" 2>/dev/null
    wait "$forward" 2>/dev/null
    forward=
  fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

begin() {
  step=$1
  echo "== $step"
}

# get PATH: the body, or nothing and a status other than 0.
get() {
  "$curl" -fsS --max-time "$run_timeout" "$base$1"
}

# field NAME: the text of a JSON field on standard input. Enough for ids and statuses, so that no JSON tool has to be installed.
field() {
  tr -d '\n' | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p"
}

for tool in "$kubectl" "$curl"; do
  command -v "$tool" >/dev/null 2>&1 || { echo "ERROR: $tool is required." >&2; exit 1; }
done

begin rollout
"$kubectl" -n "$namespace" rollout status "deployment/$service" "--timeout=${rollout_timeout}s" || fail "deployment/$service is not ready"

begin port-forward
"$kubectl" -n "$namespace" port-forward "service/$service" "$port:8000" >/dev/null &
forward=$!
tries=0
until "$curl" -fsS --max-time 2 "$base/healthz" >/dev/null 2>&1; do
  kill -0 "$forward" 2>/dev/null || fail "kubectl port-forward ended"
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || fail "$base does not answer"
  sleep 0.5
done

begin healthz
get /healthz >/dev/null || fail "/healthz does not answer 200"

begin metrics
get /metrics | grep -q '^# TYPE' || fail "/metrics is not in Prometheus' format"

begin datasets
get /datasets | grep -q '"sales"' || fail "/datasets does not list sales"

begin chat
reply=$("$curl" -fsS --max-time "$run_timeout" -H 'Content-Type: application/json' --data "{\"message\":\"SQL: $sql\"}" "$base/chat") ||
  fail "/chat refused the query"
run_id=$(printf '%s' "$reply" | field run_id)
[ -n "$run_id" ] || fail "/chat gave no run_id: $reply"

begin capsule
waited=0
while :; do
  capsule=$(get "/runs/$run_id") || fail "/runs/$run_id does not answer 200"
  status=$(printf '%s' "$capsule" | field status)
  case $status in
    succeeded) break ;;
    failed) fail "the run failed: $capsule" ;;
  esac
  [ "$waited" -lt "$run_timeout" ] || fail "the run is still $status after $run_timeout s"
  waited=$((waited + 1))
  sleep 1
done

begin row
printf '%s' "$capsule" | tr -d ' \n' | grep -qF "\"rows\":[$row]" || fail "expected the one row $row, got $capsule"

echo "OK: run $run_id succeeded with $row"
