#!/bin/sh
# Pulls one file of M megabytes (made while it is served) from a simulated payer, works it through, and prints the rate and the most memory
# that the gateway took; exit 1 where memory is not bounded.
#   eng/bulk-large-test.sh [M]     default 5000; the data directory needs about three times that
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
GATEWAY_BULK_MEGABYTES=${1:-5000} exec "$root/eng/integration-test.sh" "*LargeFileTests"
