#!/usr/bin/env bash
# Compiles the shim over oneDNN (Sources/COneDNN/shim.h) against one version of its headers and, with a library, runs a
# small convolution through every function of the shim.
#
#   Scripts/check-onednn.sh [INCLUDE-FOLDER [LIBRARY-FOLDER]]
#
# Without arguments it checks the installed oneDNN. INCLUDE-FOLDER holds oneapi/dnnl/dnnl.h. LIBRARY-FOLDER holds
# libdnnl.so and those of its dependencies that are newer than this system's. docs/training.md describes how to get
# another version.
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(-std=c11 -Wall -Wextra -Werror -I Sources/COneDNN)
libraries=${2:-}
[ $# -ge 1 ] && flags+=(-isystem "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/version.c" <<'END'
#include "shim.h"
oneDNN DNNL_VERSION_MAJOR DNNL_VERSION_MINOR DNNL_VERSION_PATCH
END
version=$(${CC:-gcc} "${flags[@]}" -E -P "$work/version.c" |
    sed -n 's/^oneDNN \([0-9]*\) \([0-9]*\) \([0-9]*\)$/\1.\2.\3/p')
for level in -O0 -O2; do
    ${CC:-gcc} "${flags[@]}" "$level" -c Scripts/check-onednn.c -o "$work/check.o"
done
echo "oneDNN $version: the shim compiles"
if [ $# -eq 1 ]; then exit 0; fi
link=(-ldnnl)
run=()
if [ -n "$libraries" ]; then
    # A library built for a newer C library needs that C library's loader, if the folder holds one.
    link=(-L "$libraries" -Wl,--allow-shlib-undefined -ldnnl)
    run=(env LD_LIBRARY_PATH="$libraries")
    for loader in "$libraries"/ld-linux-*.so.*; do
        [ ! -e "$loader" ] || run=("$loader" --library-path "$libraries")
    done
fi
${CC:-gcc} "$work/check.o" "${link[@]}" -o "$work/check"
"${run[@]}" "$work/check"
