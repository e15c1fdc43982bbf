#!/bin/sh
# Kills the gateway (SIGKILL) N times at random moments while one bulk job of L lines is fetched and worked through, restarts it on the same data,
# and checks that every line is effective once, that the counts are exact, and that nothing effective is done again. Exit 1 on a violation.
#   eng/bulk-kill-test.sh [N [L]]     default 50 1000000     GATEWAY_KILL_SEED=S eng/bulk-kill-test.sh [N [L]] repeats the moments of an earlier run
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
GATEWAY_BULK_KILLS=${1:-50} GATEWAY_BULK_LINES=${2:-1000000} exec "$root/eng/integration-test.sh" "*BulkKillTests"
