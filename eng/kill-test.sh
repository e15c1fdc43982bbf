#!/bin/sh
# Kills the gateway (SIGKILL) N times at random moments under MLLP load and bulk uploads, restarts it on the same data, and checks
# that nothing acknowledged is lost, no event appears twice, sequences have no gaps and the audit verifies. Exit 1 on a violation.
#   eng/kill-test.sh [N]          default 50        GATEWAY_KILL_SEED=S eng/kill-test.sh [N] repeats the moments of an earlier run
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
GATEWAY_KILLS=${1:-50} exec "$root/eng/integration-test.sh" "*KillTests"
