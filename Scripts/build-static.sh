#!/usr/bin/env bash
# Builds the programs for installation: a release with the Swift runtime linked in, so that they run without Swift.
#
#   Scripts/build-static.sh [PROGRAM...]    default: noted notectl notelab; prints the folder that holds them
#
# The build folder is .build-static; the first build takes a few minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh
require_swift

[ $# -gt 0 ] || set -- noted notectl notelab
# "-z now" lets the linker's tables be read-only once the program runs.
options=(-c release --static-swift-stdlib --scratch-path .build-static -Xlinker -z -Xlinker now)
for program in "$@"; do swift build "${options[@]}" --product "$program" >&2; done
swift build "${options[@]}" --show-bin-path
