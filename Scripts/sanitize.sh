#!/usr/bin/env bash
# Runs the unit tests of the concurrent code and of the parsers under a sanitizer, in a build folder of its own.
#
#   Scripts/sanitize.sh thread|address [SWIFT TEST OPTION...]
#
# Any report of the sanitizer fails the run. Tests that count allocations are disabled: sanitizers bring their own
# allocator. Only the targets named below, and what they depend on, are built.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh

case "${1:-}" in
thread) folder=.build-tsan ;;
address) folder=.build-asan ;;
*)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
sanitizer=$1
shift
require_swift

# Concurrency: Capture, Sound, NotedDaemon. Parsers: scores, MIDI, labels, protocol lines, datasets, models and
# configuration.
export NOTED_TEST_TARGETS="CaptureTests SoundTests NotedDaemonTests ScoresTests MusicTests WireTests DatasetsTests \
NetworksTests"
export SWIFT_BACKTRACE=enable=no
export TSAN_OPTIONS="exitcode=66 ${TSAN_OPTIONS:-}"
# Swift's runtime keeps its type metadata for the life of the process, which a leak check reports.
export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}"

options=(--sanitize "$sanitizer" --scratch-path "$folder")
if [ "$sanitizer" = thread ]; then
    # See the file for the reason. Swift's own clang knows Swift's calling convention.
    mkdir -p "$folder"
    "$(dirname "$(realpath "$(command -v swift)")")/clang" -O1 -fPIC -Wall -Werror -c Scripts/sanitize-mutex.c \
        -o "$folder/sanitize-mutex.o"
    options+=(-Xlinker "$PWD/$folder/sanitize-mutex.o")
fi

began=$SECONDS
swift build --build-tests "${options[@]}"
echo "sanitize: built for the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
began=$SECONDS
# Of the networks' tests, those of model files: the others compute, which unoptimized and instrumented code does slowly.
swift test --skip-build --no-parallel "${options[@]}" \
    --skip 'NetworksTests\.(FilterBank|FixedSpectrum|LevelConditioner|StreamingLinear|StreamingNetwork)' "$@"
echo "sanitize: tested under the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
