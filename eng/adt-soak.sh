#!/bin/sh
# Hours of a state's mixed ADT feed (5 messages a second) as fast as they are answered; then a second gateway works the same journal through
# from nothing. Prints memory and what differs; exit 1 where memory grows, a message is refused, or anything differs.
#   eng/adt-soak.sh [HOURS]     default 72
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
exec dotnet run -c Release --project "$root/tests/FhirGateway.Benchmarks" -- soak "${1:-72}"
