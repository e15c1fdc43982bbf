#!/usr/bin/env bash
# Builds librdkafka 2.15.1, the native half of Confluent.Kafka, into .artifacts/librdkafka (docs/adr/0001).
# Does nothing when it is there. Needs npm, gcc, make, openssl and the headers of OpenSSL and zlib.
# exit: 0 built or there, 1 a tool is missing or the build failed (the message says which)
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
version=2.15.1
package=@confluentinc/kafka-javascript@1.10.1
integrity=KVePUBn21EqCVP9mfxzEuM3SYJHHEF7X+iiC2e43QQgDSyEaksInmCGooT3w5q+cNAdkSCrK71j0ICfqoSqZLw==
artifacts=$root/.artifacts/librdkafka
target=$artifacts/librdkafka.so

[ -f "$target" ] && exit 0

for tool in npm gcc make openssl flock; do
    command -v "$tool" >/dev/null || { echo "librdkafka: '$tool' is missing. On Debian: apt-get install npm gcc make openssl libssl-dev zlib1g-dev" >&2; exit 1; }
done
for header in openssl/ssl.h zlib.h; do
    echo "#include <$header>" | gcc -E -x c - >/dev/null 2>&1 \
        || { echo "librdkafka: <$header> is missing. On Debian: apt-get install libssl-dev zlib1g-dev" >&2; exit 1; }
done

mkdir -p "$artifacts"
exec 9>"$artifacts/lock"
flock 9
[ -f "$target" ] && exit 0

tgz=$("$root/eng/npm-file.sh" "$package" "$integrity" "$artifacts") || exit 1
# librdkafka's makefiles do not cope with spaces in paths, so the work is done in a temporary folder.
work=$(mktemp -d "${TMPDIR:-/tmp}/librdkafka.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xzf "$tgz" -C "$work" package/deps/librdkafka
log=$artifacts/build.log
echo "librdkafka $version: building, about a minute ..." >&2
(
    cd "$work/package/deps/librdkafka"
    chmod +x configure
    ./configure --disable-lz4-ext --disable-gssapi --disable-zstd
    make -j"$(nproc 2>/dev/null || echo 2)" -C src librdkafka.so.1
) >"$log" 2>&1 9>&- || { echo "librdkafka: the build failed; last lines of $log:" >&2; tail -n 20 "$log" >&2; exit 1; }
cp "$work/package/deps/librdkafka/src/librdkafka.so.1" "$target.new"
strip --strip-unneeded "$target.new" 2>/dev/null || true
mv "$target.new" "$target"
echo "librdkafka $version: built" >&2
