#!/bin/sh
# Checks the systemd units: systemd-analyze verify must say nothing at all (it returns 0 even for unknown keys), and
# the exposure figures must not exceed the thresholds. Needs systemd-analyze, not a running systemd.
set -eu

# Ten times systemd-analyze's figure (0 safest, 100 barest). The user unit has no file system view of its own.
system_threshold=20
user_threshold=65

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/runtime" "$work/user" "$work/system"
export XDG_RUNTIME_DIR="$work/runtime"
failed=0

# verify wants the program to be there; a machine that only builds doesn't have it in /usr/bin.
for kind in user system; do
    for unit in "$root/systemd/$kind"/*; do
        sed 's|^ExecStart=/usr/bin/noted|ExecStart=/bin/true|' "$unit" >"$work/$kind/$(basename "$unit")"
    done
done

verify() {
    kind=$1
    shift
    for unit in "$work/$kind"/*; do
        name="$kind/$(basename "$unit")"
        if ! systemd-analyze "$@" verify --man=no "$unit" >"$work/said" 2>&1 || [ -s "$work/said" ]; then
            echo "verify-units: $name:" >&2
            cat "$work/said" >&2
            failed=1
        else
            echo "verified $name"
        fi
    done
}

exposure() {
    kind=$1
    threshold=$2
    shift 2
    if systemd-analyze "$@" security --offline=true --no-pager --threshold="$threshold" \
        "$work/$kind/noted.service" >"$work/said" 2>&1; then
        echo "$kind/noted.service: $(tail -n 1 "$work/said" | sed 's/[^A-Za-z0-9.: ]//g; s/^ *//')"
    else
        echo "verify-units: $kind/noted.service is more exposed than $threshold:" >&2
        tail -n 1 "$work/said" >&2
        failed=1
    fi
}

verify user --user
verify system
exposure user "$user_threshold" --user
exposure system "$system_threshold"
exit "$failed"
