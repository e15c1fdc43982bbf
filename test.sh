#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test. The last line is "N passed, N failed, N skipped".
# Exits non-zero if a test failed, a suite gave no result, or something was skipped that this machine can run.
#   ./test.sh             everything
#   NO_INSTALL=1 ./test.sh   installs no system package (otherwise, as root on Debian, what the tests need is installed)
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
cd "$root"
results=$root/.artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
started=$(date +%s)
problems=()

say() { printf '\n== %s\n' "$*"; }
finish() { # passed failed skipped status
    printf '\nTook %s s.\n' "$(( $(date +%s) - started ))"
    printf '%s passed, %s failed, %s skipped\n' "$1" "$2" "$3"
    exit "$4"
}

command -v dotnet >/dev/null || {
    echo "'dotnet' is not on the PATH. Install the .NET SDK 10 and run this again." >&2
    finish 0 0 0 2
}

# ---- what the tests use besides .NET: name of the thing, and how to see that it is there -------------------------------
has() {
    case $1 in
        kcat | strace) command -v "$1" >/dev/null ;;
        python3-kafka) python3 -c 'import kafka' 2>/dev/null || /usr/bin/python3 -c 'import kafka' 2>/dev/null ;;
        librdkafka) [ -f "$root/.artifacts/librdkafka/librdkafka.so" ] || [ "${UseLibrdkafkaPackage:-}" = true ] ;;
        helm) command -v helm >/dev/null || [ -x "$root/.artifacts/helm/helm" ] ;;
        shared) [ -d "$root/../shared/data" ] ;;
    esac
}

say "Tools"
absent=()
for package in kcat python3-kafka strace; do has "$package" || absent+=("$package"); done
if [ ${#absent[@]} -gt 0 ]; then
    if [ -z "${NO_INSTALL:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing ${absent[*]}"
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${absent[@]}"; } >"$results/apt.log" 2>&1 \
            || echo "apt-get failed; see $results/apt.log"
    else
        echo "Not installed: ${absent[*]}. The tests that use them are skipped; to run them: sudo apt-get install ${absent[*]}"
    fi
fi
[ "${UseLibrdkafkaPackage:-}" = true ] || eng/librdkafka.sh || echo "Kafka tests are skipped; see above."
eng/helm.sh >/dev/null || echo "The chart is not rendered; see above."
things=(kcat python3-kafka strace librdkafka helm shared)
missing=()
for thing in "${things[@]}"; do has "$thing" || missing+=("$thing"); done
[ ${#missing[@]} -eq 0 ] || echo "Absent on this machine: ${missing[*]}"

# ---- build -------------------------------------------------------------------------------------------------------------
say "Build"
locked=--locked-mode
[ "${UseLibrdkafkaPackage:-}" = true ] && locked=
if ! dotnet restore FhirGateway.sln $locked -v quiet; then
    echo "Restoring failed. If a package was changed on purpose, run 'dotnet restore' and commit the lock files."
    finish 0 0 0 1
fi
dotnet build FhirGateway.sln -c Release --no-restore --nologo -v quiet -clp:NoSummary -p:TreatWarningsAsErrors=true -p:UseSharedCompilation=false || { echo "The build failed."; finish 0 0 0 1; }
# Tests that run ./gateway find it built.
GATEWAY_BUILD_ONLY=1 ./gateway || { echo "./gateway cannot be built."; finish 0 0 0 1; }

# ---- run ---------------------------------------------------------------------------------------------------------------
for suite in FhirGateway.Tests FhirGateway.IntegrationTests; do
    say "$suite"
    program=$root/tests/$suite/bin/Release/net10.0/$suite
    timeout --kill-after=20 "${SUITE_TIMEOUT:-780}" "$program" -noColor -noLogo -xml "$results/$suite.xml" </dev/null
    status=$?
    if [ "$status" -ge 124 ]; then problems+=("$suite did not end in time or was killed (exit $status)"); fi
    if [ ! -s "$results/$suite.xml" ]; then
        # A suite without a single test writes no totals; one with test classes must.
        if grep -rqE '\[(Fact|Theory)' --include='*.cs' "tests/$suite"; then problems+=("$suite left no results (exit $status)"); fi
    elif [ "$status" -ne 0 ]; then
        problems+=("$suite exited $status")
    fi
done

# ---- totals, from the result files ---------------------------------------------------------------------------------------
attribute() { # NAME: sum of that attribute over all <assembly> elements
    cat "$results"/*.xml 2>/dev/null | tr '\n' ' ' | grep -oE '<assembly [^>]*' | sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}
passed=$(attribute passed)
failed=$(( $(attribute failed) + $(attribute errors) ))
skipped=$(attribute skipped)

# One line per skipped test: name, tab, reason.
cat "$results"/*.xml 2>/dev/null | awk 'BEGIN { RS = "<" }
    /^test / { name = ""; skip = /result="Skip"/; if (match($0, /name="[^"]*"/)) name = substr($0, RSTART + 6, RLENGTH - 7) }
    /^!\[CDATA\[/ && skip { reason = $0; sub(/^!\[CDATA\[/, "", reason); sub(/\]\]>.*/, "", reason); gsub(/[\n\t]/, " ", reason); print name "\t" reason; skip = 0 }' > "$results/skipped.tsv"

if [ "$skipped" -gt 0 ]; then
    say "SKIPPED: $skipped"
    while IFS=$'\t' read -r name reason; do
        allowed=no
        # A skip is declared when its reason names a thing that this machine lacks.
        for thing in "${missing[@]}"; do case $reason in *"$thing"*) allowed=yes ;; esac; done
        if [ "$allowed" = yes ]; then echo "  $name: $reason"; else echo "  NOT ALLOWED $name: $reason"; problems+=("skipped though this machine can run it: $name"); fi
    done < "$results/skipped.tsv"
    listed=$(wc -l < "$results/skipped.tsv")
    [ "$listed" -eq "$skipped" ] || problems+=("$skipped skipped, but only $listed gave a reason")
fi

[ "$passed" -gt 0 ] || problems+=("no test passed")
[ "$failed" -eq 0 ] || problems+=("$failed failed")
if [ ${#problems[@]} -gt 0 ]; then
    say "NOT GOOD"
    printf '  %s\n' "${problems[@]}"
    finish "$passed" "$failed" "$skipped" 1
fi
finish "$passed" "$failed" "$skipped" 0
