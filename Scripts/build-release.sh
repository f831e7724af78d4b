#!/usr/bin/env bash
# Builds programs for release and prints the folder that they are in. Builds nothing if the programs there are those of
# the present sources and start.
#
#   Scripts/build-release.sh [PROGRAM...]    noted, notectl and notelab, or the given ones
#
# SwiftPM alone would build nearly everything again after an upgrade of the C library's or the kernel's headers, which
# apt-get may bring along with any package. It compiles a C target again if the time of a system header changed, and
# then every Swift target that depends on it: the C targets under SwiftNIO, Yams and Kernels take most of the daemon
# with them. The programs do not change by that: this script compares the contents of the sources instead. To build
# regardless, call swift build.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh
require_swift

programs=("$@")
[ $# -gt 0 ] || programs=(noted notectl notelab)
folder=.build/release

# Identifies the sources, the versions of the packages used, and the compiler.
fingerprint() {
    {
        swift --version 2>/dev/null
        find Package.swift Package.resolved Sources -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
    } | sha256sum
}

# PROGRAM: whether it is that of the sources in its stamp, and whether it starts with the libraries installed now.
is_current() {
    local stamp=$folder/$1.sources
    [ -x "$folder/$1" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sources" ] &&
        ! [ "$folder/$1" -nt "$stamp" ] && "$folder/$1" --version >/dev/null 2>&1
}

# Written by the first build otherwise, after the sources were read.
[ -f Package.resolved ] || swift package resolve >&2
sources=$(fingerprint)
for program in "${programs[@]}"; do
    is_current "$program" && continue
    echo "Building $program (a first build takes a few minutes) ..." >&2
    swift build -c release --product "$program" >&2
    echo "$sources" >"$folder/$program.sources"
done
echo "$PWD/$folder"
