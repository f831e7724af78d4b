#!/bin/sh
# Checks the systemd units: systemd-analyze verify must print nothing (it exits with 0 even for unknown keys), and the
# exposure levels must not exceed the thresholds. Needs systemd-analyze, but no running systemd.
set -eu

# Ten times systemd-analyze's exposure level, from 0 (safest) to 100. The user unit cannot restrict the file system.
system_threshold=20
user_threshold=65

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/runtime" "$work/user" "$work/system"
export XDG_RUNTIME_DIR="$work/runtime"
failed=0

# verify requires that the program exists, but a build machine has no /usr/bin/noted.
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
        if ! systemd-analyze "$@" verify --man=no "$unit" >"$work/output" 2>&1 || [ -s "$work/output" ]; then
            echo "verify-units: $name:" >&2
            cat "$work/output" >&2
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
        "$work/$kind/noted.service" >"$work/output" 2>&1; then
        echo "$kind/noted.service: $(tail -n 1 "$work/output" | sed 's/[^A-Za-z0-9.: ]//g; s/^ *//')"
    else
        echo "verify-units: $kind/noted.service is more exposed than $threshold:" >&2
        tail -n 1 "$work/output" >&2
        failed=1
    fi
}

verify user --user
verify system
exposure user "$user_threshold" --user
exposure system "$system_threshold"
exit "$failed"
