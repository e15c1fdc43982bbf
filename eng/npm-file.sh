#!/usr/bin/env bash
# Fetches one npm package at an exact version into FOLDER and checks its integrity hash before anything reads it.
# usage: npm-file.sh NAME@VERSION SHA512-BASE64 FOLDER      prints the path of the .tgz
# exit: 0 fetched, 3 no npm, 4 not in reach, 5 the hash is another one
set -euo pipefail
package=$1 integrity=$2 folder=$3
command -v npm >/dev/null || { echo "npm is not installed" >&2; exit 3; }
mkdir -p "$folder"
file=$folder/$(printf '%s' "${package%@*}" | tr -d '@' | tr '/' '-')-${package##*@}.tgz
sha512() { openssl dgst -sha512 -binary "$1" | openssl base64 -A; }
if [ ! -f "$file" ] || [ "$(sha512 "$file")" != "$integrity" ]; then
    (cd "$folder" && npm pack --silent "$package") >/dev/null 2>"$folder/npm.log" \
        || { echo "npm cannot fetch $package; see $folder/npm.log" >&2; exit 4; }
fi
if [ "$(sha512 "$file")" != "$integrity" ]; then
    rm -f "$file"
    echo "$package has not the expected integrity hash; removed" >&2
    exit 5
fi
printf '%s\n' "$file"
