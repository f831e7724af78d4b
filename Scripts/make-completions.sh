#!/bin/sh
# Writes the programs' completion scripts for bash, zsh and fish to a directory:
#
#   Scripts/make-completions.sh BIN_DIRECTORY OUT_DIRECTORY
#
# Install OUT_DIRECTORY/bash/* to /usr/share/bash-completion/completions, zsh/* to /usr/share/zsh/vendor-completions and
# fish/* to /usr/share/fish/vendor_completions.d.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: Scripts/make-completions.sh BIN_DIRECTORY OUT_DIRECTORY" >&2
    exit 64
fi
bin=$1
out=$2

mkdir -p "$out/bash" "$out/zsh" "$out/fish"
for program in noted notectl notelab; do
    if [ ! -x "$bin/$program" ]; then
        echo "make-completions: $bin/$program does not exist; build it with: swift build -c release" >&2
        exit 66
    fi
    # bash reads this file and does not run it, so it has no use for a first line that names an interpreter.
    "$bin/$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$out/bash/$program"
    "$bin/$program" --generate-completion-script zsh >"$out/zsh/_$program"
    "$bin/$program" --generate-completion-script fish >"$out/fish/$program.fish"
done
