#!/bin/sh
# Runs the gateway under strace, sends it N MLLP messages, and checks that for each of them an fdatasync of the journal, begun after
# the message's bytes were written, ended before its AA was sent. Exit 1 on a violation. Needs strace.
#   eng/sync-trace.sh [N]         default 1000
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
command -v strace >/dev/null || { echo "sync-trace: strace is not on the PATH; install it" >&2; exit 2; }
GATEWAY_TRACE_MESSAGES=${1:-1000} exec "$root/eng/integration-test.sh" "*SyncTraceTests"
