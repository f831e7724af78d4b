#!/usr/bin/env bash
# Sets up and runs noted: installs missing packages, builds a release, starts the daemon and shows the live readout.
#
# The daemon listens to the default source of the sound server. If no server is running, it plays the built-in demo
# performance to itself in real time. Ctrl-C ends both.
#
#   Scripts/run.sh                     listen, or play the demo
#   Scripts/run.sh --demo              always play the demo
#   Scripts/run.sh [NOTED OPTION...]   pass options to noted, such as --source alsa:hw:1 or --model FILE
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh

case "${1:-}" in
-h | --help)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac

install_packages BUILD
bin=$(Scripts/build-release.sh noted notectl)

options=()
if [ "${1:-}" = --demo ]; then
    shift
    options=(--source file:Demo/prelude.ogg)
    echo "Playing the built-in demo performance: the opening of Bach's Prelude in C major." >&2
elif [[ " $* " == *" --source"* ]]; then
    echo "Listening to the given source." >&2
elif "$bin/noted" --list-sources 2>/dev/null | grep -q '^pulse:'; then
    options=(--source pulse)
    echo "Found a sound server; listening to its default source." >&2
else
    options=(--source file:Demo/prelude.ogg)
    echo "Found no sound server; playing the built-in demo performance, the opening of Bach's Prelude in C major." >&2
fi

# A separate runtime folder, so that a noted service that is already running is not disturbed.
runtime=$(mktemp -d "${TMPDIR:-/tmp}/noted.XXXXXX")
socket=$runtime/socket
log=$runtime/noted.log
"$bin/noted" --socket "$socket" "${options[@]}" "$@" 2>"$log" &
daemon=$!
finish() {
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
    rm -rf "$runtime"
}
trap finish EXIT
trap 'exit 130' INT TERM

for _ in $(seq 100); do
    [ -S "$socket" ] && break
    if ! kill -0 "$daemon" 2>/dev/null; then
        cat "$log" >&2
        wait "$daemon"
        exit $?
    fi
    sleep 0.1
done
"$bin/notectl" --socket "$socket" listen
