#!/bin/sh
# Runs the integration tests of the classes that match a pattern, built in Release, with their output as it comes.
#   eng/integration-test.sh "*KillTests"        GATEWAY_NO_BUILD=1: never builds
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
[ -n "${GATEWAY_NO_BUILD:-}" ] || dotnet build "$root/tests/FhirGateway.IntegrationTests" -c Release --nologo -v quiet >&2
exec dotnet "$root/tests/FhirGateway.IntegrationTests/bin/Release/net10.0/FhirGateway.IntegrationTests.dll" -class "$1" -showLiveOutput -noColor -noLogo
