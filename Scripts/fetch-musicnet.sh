#!/usr/bin/env bash
# Downloads MusicNet (330 labelled recordings of chamber music, CC BY 4.0) from Zenodo record 5120004, verifies its
# checksums, unpacks it and checks every recording.
#
#   Scripts/fetch-musicnet.sh [--yes] [FOLDER]
#
# FOLDER (default: musicnet) gets train_data, train_labels, test_data, test_labels and musicnet_metadata.csv. If the
# download is interrupted, run the script again to continue it. The archive is deleted after unpacking, so both need
# space for a while. --yes skips the confirmation of a large download.
#
#   MUSICNET_URL   another server with the same paths (default: https://zenodo.org)
#   NOTELAB        the notelab that checks the recordings (default: the one built here, or on PATH)
#
# Exit codes: 64 invalid usage, 65 wrong checksum or unusable recording, 69 no connection or missing tool, 74 not enough
# space or a file cannot be written, 130 interrupted.
set -euo pipefail

record=5120004
base=${MUSICNET_URL:-https://zenodo.org}
archive=musicnet.tar.gz
metadata=musicnet_metadata.csv

say() { echo "fetch-musicnet: $*" >&2; }
fail() {
    local code=$1
    shift
    say "$*"
    exit "$code"
}
usage() { sed -n '2,15s/^# \{0,1\}//p' "$0"; }
size_of() { if [ -f "$1" ]; then stat -c %s "$1"; else echo 0; fi; }
# Formats bytes as gigabytes or, below 0.1 GB, as megabytes.
human() { awk -v n="$1" 'BEGIN { if (n >= 1e8) printf "%.1f GB", n / 1e9; else printf "%.1f MB", n / 1e6 }'; }

agreed=no folder=""
while [ $# -gt 0 ]; do
    case "$1" in
    -h | --help)
        usage
        exit 0
        ;;
    -y | --yes) agreed=yes ;;
    -*) fail 64 "'$1' is not a valid option; see --help" ;;
    *)
        [ -z "$folder" ] || fail 64 "only one folder is allowed; see --help"
        folder=$1
        ;;
    esac
    shift
done
folder=${folder:-musicnet}

for tool in curl python3 md5sum tar gzip; do
    command -v "$tool" >/dev/null || fail 69 "'$tool' is required but was not found; install it with apt-get"
done
mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] || fail 74 "cannot write to the folder '$folder'"
trap 'say "interrupted; run this again to continue"; exit 130' INT TERM

# The files of the record, one per line: name, bytes, MD5 and URL, separated by tabs.
page=$(curl --fail --silent --show-error --location --connect-timeout 20 --max-time 120 --retry 2 \
    "$base/api/records/$record" 2>&1) ||
    fail 69 "cannot reach $base (${page##*curl: }); downloading MusicNet requires an internet connection"
list=$(python3 -c '
import json, sys
try:
    for file in json.load(sys.stdin)["files"]:
        kind, _, digest = file["checksum"].partition(":")
        if kind == "md5":
            print(file["key"], int(file["size"]), digest, file["links"]["self"], sep="\t")
except (ValueError, KeyError, TypeError, AttributeError):
    sys.exit(1)
' <<<"$page") || fail 65 "$base/api/records/$record is not a Zenodo record"

# about NAME: sets size, digest and url.
about() {
    local line
    line=$(awk -F '\t' -v name="$1" '$1 == name' <<<"$list")
    [ -n "$line" ] || fail 65 "record $record at $base does not contain '$1'"
    IFS=$'\t' read -r _ size digest url <<<"$line"
}

# The archive is completely unpacked if this file contains its digest.
mark=$folder/.unpacked
about "$archive"
archive_size=$size archive_digest=$digest
is_unpacked() { [ "$(cat "$mark" 2>/dev/null)" = "$archive_digest" ]; }

if ! is_unpacked; then
    # The unpacked files, 34 hours of 32-bit floats at 44.1 kHz, need about twice the space of the archive.
    present=$(($(size_of "$folder/$archive") + $(size_of "$folder/$archive.partial")))
    rest=$((archive_size > present ? archive_size - present : 0))
    needed=$((rest + 2 * archive_size))
    free=$(($(df --output=avail -B1 "$folder" | tail -1)))
    say "$(human "$rest") to download; $(human "$needed") needed in '$folder', $(human "$free") free"
    [ "$free" -ge "$needed" ] || fail 74 "not enough space in '$folder'; name a folder on another disk"
    if [ "$agreed" = no ] && [ "$rest" -gt 1000000000 ]; then
        [ -t 0 ] || fail 64 "use --yes to download $(human "$rest") without confirmation"
        read -r -p "Download $(human "$rest")? [y/N] " answer
        case "$answer" in y | Y | yes) ;; *) fail 64 "nothing was downloaded" ;; esac
    fi
fi

# fetch NAME: downloads a file and verifies its checksum.
fetch() {
    local name=$1 path=$folder/$1 partial=$folder/$1.partial code=0 tries=0 before
    about "$name"
    if [ "$(size_of "$path")" = "$size" ] && md5sum --status -c <<<"$digest  $path"; then return 0; fi
    [ "$(size_of "$partial")" -le "$size" ] || rm -f "$partial"
    while [ "$(size_of "$partial")" -lt "$size" ]; do
        before=$(size_of "$partial") code=0
        [ "$before" = 0 ] || say "$name: continuing at $(human "$before") of $(human "$size")"
        local quiet=--progress-bar
        [ -t 2 ] || quiet=--silent
        curl --fail --location $quiet --show-error --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
            -C - -o "$partial" "$url" || code=$?
        case $code in
        0) [ "$(size_of "$partial")" -ge "$size" ] || say "$name: the connection was lost" ;;
        33)
            say "$name: the server does not support resuming; starting again"
            rm -f "$partial"
            ;;
        23) fail 74 "cannot write '$partial'; is the disk full?" ;;
        esac
        # Give up after five attempts in a row without progress.
        if [ "$(size_of "$partial")" -gt "$before" ]; then tries=0; else tries=$((tries + 1)); fi
        if [ "$tries" -ge 5 ]; then
            fail 69 "cannot download '$url' (curl exit code $code); run this again to continue"
        fi
        [ "$code" = 0 ] || sleep "${MUSICNET_PAUSE:-5}"
    done
    if ! md5sum --status -c <<<"$digest  $partial"; then
        rm -f "$partial"
        fail 65 "$name differs from its published MD5 $digest and was removed; run this again to download it"
    fi
    mv "$partial" "$path"
    say "$name: $(human "$size"), checksum verified"
}

fetch "$metadata"
if ! is_unpacked; then
    fetch "$archive"
    say "unpacking ..."
    unpacking=$folder/.unpacking
    rm -rf "$unpacking"
    mkdir "$unpacking"
    tar -xzf "$folder/$archive" -C "$unpacking" || fail 74 "cannot unpack '$folder/$archive'; is the disk full?"
    # The four folders may be at any depth in the archive.
    for part in train_data train_labels test_data test_labels; do
        from=$(find "$unpacking" -type d -name "$part" -print -quit)
        [ -n "$from" ] || fail 65 "$archive does not contain a folder '$part'"
        rm -rf "${folder:?}/$part"
        mv "$from" "$folder/$part"
    done
    rm -rf "$unpacking"
    echo "$archive_digest" >"$mark"
    rm -f "$folder/$archive"
fi

here=$(cd "$(dirname "$0")/.." && pwd)
notelab=${NOTELAB:-}
for candidate in "$here/.build/release/notelab" "$here/.build/debug/notelab" "$(command -v notelab || true)"; do
    [ -n "$notelab" ] || { [ ! -x "$candidate" ] || notelab=$candidate; }
done
if [ -z "$notelab" ]; then
    say "download complete; build notelab, then check it with: notelab dataset import $folder"
    exit 0
fi
say "checking every recording ..."
"$notelab" dataset import "$folder"
