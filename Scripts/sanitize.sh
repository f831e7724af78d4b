#!/usr/bin/env bash
# Runs the unit tests of the concurrent code and of the parsers under a sanitizer, in a build folder of its own.
#
#   Scripts/sanitize.sh thread|address [SWIFT TEST OPTION...]
#   Scripts/sanitize.sh programs [PYTEST OPTION...]    the end-to-end tests of noted and notectl under ThreadSanitizer
#
# Any report of the sanitizer fails the run. Tests that count allocations are disabled: sanitizers bring their own
# allocator. Tests that measure time are skipped with the programs. Only the targets named below, and what they depend
# on, are built.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh

case "${1:-}" in
thread) sanitizer=thread folder=.build-tsan ;;
address) sanitizer=address folder=.build-asan ;;
programs) sanitizer=thread folder=.build-tsan ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
what=$1
shift
require_swift

# Concurrency: Capture, Sound, NotedDaemon. Parsers: scores, MIDI, labels, protocol lines, datasets, models and
# configuration.
export NOTED_TEST_TARGETS="CaptureTests SoundTests NotedDaemonTests ScoresTests MusicTests WireTests DatasetsTests \
NetworksTests noted notectl"
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
if [ "$what" = programs ]; then
    for product in noted notectl; do swift build --product "$product" "${options[@]}"; done
    echo "sanitize: built the programs for the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
    began=$SECONDS
    python=$(test_python)
    # Each process writes its reports to a file of its own, because tests read or drop its standard error.
    reports=$(mktemp -d)
    trap 'rm -rf "$reports"' EXIT
    status=0
    TSAN_OPTIONS="log_path=$reports/report $TSAN_OPTIONS" "$python" -m pytest --sanitized --programs "$folder/debug" \
        Tests/EndToEnd/test_{live,daemon,time,following,faults,clients}.py \
        --deselect test_daemon.py::test_exit_codes "$@" || status=$?
    if compgen -G "$reports/*" >/dev/null; then
        cat "$reports"/* >&2
        status=66
    fi
    echo "sanitize: tested the programs under the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
    exit "$status"
fi
swift build --build-tests "${options[@]}"
echo "sanitize: built for the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
began=$SECONDS
# Skipped: pure computation on one thread, which unoptimized and instrumented code does slowly (two thirds of the time).
swift test --skip-build --no-parallel "${options[@]}" \
    --skip 'NetworksTests\.(FilterBank|FixedSpectrum|LevelConditioner|StreamingLinear|StreamingNetwork|Silence)' \
    --skip 'CaptureTests\.TimelineTests|SoundTests\.ChannelMixerTests|scoreLongerThanADayIsRejected' "$@"
echo "sanitize: tested under the $sanitizer sanitizer in $((SECONDS - began)) s" >&2
