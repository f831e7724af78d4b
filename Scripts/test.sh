#!/usr/bin/env bash
# Runs the tests: installs missing packages, lints, verifies the systemd units, builds, and runs the unit tests and the
# end-to-end tests, some of them live against a private PulseAudio server.
#
#   Scripts/test.sh            everything
#   Scripts/test.sh --quick    only the unit tests
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh
install_packages TEST
require_swift
# The crash reporter can hang for minutes on a machine without a terminal.
export SWIFT_BACKTRACE=enable=no

if [ "${1:-}" != --quick ]; then
    echo "== lint" >&2
    Scripts/lint.sh
    echo "== systemd units" >&2
    Scripts/verify-units.sh
    echo "== oneDNN" >&2
    Scripts/check-onednn.sh
fi
echo "== unit tests" >&2
swift build --build-tests
# One at a time: the live tests measure time, and two cores are few.
swift test --skip-build --no-parallel
if [ "${1:-}" != --quick ]; then
    echo "== release build" >&2
    programs=$(Scripts/build-release.sh)
    # Building a product does not invalidate another, so that a second build has nothing to do.
    for product in noted notelab; do
        if swift build -c release --product "$product" 2>&1 | grep -E 'Compiling|Linking'; then
            echo "test: a second build of $product compiles again" >&2
            exit 1
        fi
    done
    echo "== benchmarks" >&2
    Scripts/check-benchmarks.py --self-test
    Scripts/check-benchmarks.py --programs "$programs"
    echo "== end to end" >&2
    python=$(test_python)
    "$python" -m pytest Tests/EndToEnd --programs "$programs"
    echo "== sanitizers" >&2
    Scripts/sanitize.sh thread
    Scripts/sanitize.sh address
    echo "== fuzzing" >&2
    Scripts/fuzz.sh --short
fi
