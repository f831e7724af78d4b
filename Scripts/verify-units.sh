#!/bin/sh
# Checks the systemd units: systemd-analyze verify must print nothing (it exits with 0 even for unknown keys), and the
# exposure levels must not exceed the thresholds. Also checks what systemd accepts although it is deadly: a hard limit
# of RTTIME near the soft one. Needs systemd-analyze, but no running systemd.
#
#   Scripts/verify-units.sh [DIRECTORY]   checks the units below DIRECTORY instead of the repository's systemd
set -eu

# Ten times systemd-analyze's exposure level, from 0 (safest) to 100. The user unit cannot restrict the file system.
system_threshold=20
user_threshold=65

units=${1:-$(cd "$(dirname "$0")/.." && pwd)/systemd}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/runtime" "$work/user" "$work/system"
export XDG_RUNTIME_DIR="$work/runtime"
failed=0

# verify requires that the program exists, but a build machine has no /usr/bin/noted.
for kind in user system; do
    for unit in "$units/$kind"/*; do
        sed 's|^\(Exec[A-Za-z]*\)=/usr/bin/note[a-z]*|\1=/bin/true|' "$unit" >"$work/$kind/$(basename "$unit")"
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

# Prints a time of systemd.exec(5)'s LimitRTTIME= in microseconds, or nothing if it is not one that this script knows.
microseconds() {
    case $1 in
        infinity) echo 9223372036854775807 ;;
        *ms) echo "${1%ms}000" ;;
        *us) echo "${1%us}" ;;
        *s) echo "${1%s}000000" ;;
        *) echo "$1" ;;
    esac | grep -x '[0-9]\{1,19\}' || true
}

# The kernel kills a process at the hard limit of RTTIME. A single value sets both limits, and then no signal precedes.
runtime_limit() {
    for unit in "$units"/*/*.service; do
        for limit in $(sed -n 's/^LimitRTTIME=//p' "$unit"); do
            soft=$(microseconds "${limit%%:*}")
            hard=$(microseconds "${limit#*:}")
            if [ -z "$soft" ] || [ -z "$hard" ]; then
                echo "verify-units: $unit: LimitRTTIME=$limit is not SOFT:HARD in us, ms or s" >&2
                failed=1
            elif [ "$hard" != 9223372036854775807 ] && [ $((hard / 5)) -lt "$soft" ]; then
                echo "verify-units: $unit: LimitRTTIME=$limit lets the kernel kill the daemon;" \
                    "set a hard limit of at least five times the soft one, such as 200ms:infinity" >&2
                failed=1
            fi
        done
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
runtime_limit
exposure user "$user_threshold" --user
exposure system "$system_threshold"
exit "$failed"
