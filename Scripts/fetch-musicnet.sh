#!/usr/bin/env bash
# Fetches MusicNet (330 recordings of chamber music with labels, CC BY 4.0) from its public home, Zenodo record 5120004,
# verifies the published checksums, unpacks it and checks every recording.
#
#   Scripts/fetch-musicnet.sh [--yes] [FOLDER]
#
# FOLDER (default: musicnet) gets train_data, train_labels, test_data, test_labels and musicnet_metadata.csv.
# A fetch that was cut off goes on where it stopped when the script is run again. The archive is kept until it is
# unpacked, so for a while it takes up room beside its contents. --yes doesn't ask before a large download.
#
#   MUSICNET_URL   another server with the same paths (default: https://zenodo.org)
#   NOTELAB        the notelab that checks the recordings (default: the one built here, or on PATH)
#
# Exit codes: 64 usage, 65 a file differs from its checksum or a recording is unusable, 69 no connection or a tool is
# missing, 74 no room or a file cannot be written, 130 interrupted.
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
# Bytes as gigabytes with a decimal, or megabytes where that says more.
human() { awk -v n="$1" 'BEGIN { if (n >= 1e8) printf "%.1f GB", n / 1e9; else printf "%.1f MB", n / 1e6 }'; }

agreed=no folder=""
while [ $# -gt 0 ]; do
    case "$1" in
    -h | --help)
        usage
        exit 0
        ;;
    -y | --yes) agreed=yes ;;
    -*) fail 64 "there is no option '$1'; see --help" ;;
    *)
        [ -z "$folder" ] || fail 64 "name one folder; see --help"
        folder=$1
        ;;
    esac
    shift
done
folder=${folder:-musicnet}

for tool in curl python3 md5sum tar gzip; do
    command -v "$tool" >/dev/null || fail 69 "'$tool' is needed and was not found; install it with apt-get"
done
mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] || fail 74 "cannot write the folder '$folder'"
trap 'say "interrupted; run this again to go on"; exit 130' INT TERM

# What the record holds: name, bytes, MD5 and address of each file, a line each, with tabs.
page=$(curl --fail --silent --show-error --location --connect-timeout 20 --max-time 120 --retry 2 \
    "$base/api/records/$record" 2>&1) ||
    fail 69 "cannot reach $base (${page##*curl: }); MusicNet can be fetched only where there is an internet connection"
list=$(python3 -c '
import json, sys
try:
    for file in json.load(sys.stdin)["files"]:
        kind, _, digest = file["checksum"].partition(":")
        if kind == "md5":
            print(file["key"], int(file["size"]), digest, file["links"]["self"], sep="\t")
except (ValueError, KeyError, TypeError, AttributeError):
    sys.exit(1)
' <<<"$page") || fail 65 "$base/api/records/$record is no description of a record as Zenodo gives it"

# about NAME: sets size, digest and url.
about() {
    local line
    line=$(awk -F '\t' -v name="$1" '$1 == name' <<<"$list")
    [ -n "$line" ] || fail 65 "record $record at $base holds no '$1'"
    IFS=$'\t' read -r _ size digest url <<<"$line"
}

# Whether the archive has been unpacked whole: its digest is in the mark.
mark=$folder/.unpacked
about "$archive"
archive_size=$size archive_digest=$digest
is_unpacked() { [ "$(cat "$mark" 2>/dev/null)" = "$archive_digest" ]; }

if ! is_unpacked; then
    # 34 hours of 32-bit floats at 44.1 kHz are about twice the archive.
    there=$(($(size_of "$folder/$archive") + $(size_of "$folder/$archive.partial")))
    rest=$((archive_size > there ? archive_size - there : 0))
    needed=$((rest + 2 * archive_size))
    free=$(($(df --output=avail -B1 "$folder" | tail -1)))
    say "$(human "$rest") to fetch; $(human "$needed") of room needed in '$folder', $(human "$free") free"
    [ "$free" -ge "$needed" ] || fail 74 "there is not enough room in '$folder'; name a folder on another disk"
    if [ "$agreed" = no ] && [ "$rest" -gt 1000000000 ]; then
        [ -t 0 ] || fail 64 "say --yes to fetch $(human "$rest") without being asked"
        read -r -p "Fetch $(human "$rest")? [y/N] " answer
        case "$answer" in y | Y | yes) ;; *) fail 64 "nothing fetched" ;; esac
    fi
fi

# fetch NAME: the file as published, or no file.
fetch() {
    local name=$1 path=$folder/$1 partial=$folder/$1.partial code=0 tries=0 before
    about "$name"
    if [ "$(size_of "$path")" = "$size" ] && md5sum --status -c <<<"$digest  $path"; then return 0; fi
    [ "$(size_of "$partial")" -le "$size" ] || rm -f "$partial"
    while [ "$(size_of "$partial")" -lt "$size" ]; do
        before=$(size_of "$partial") code=0
        [ "$before" = 0 ] || say "$name: going on at $(human "$before") of $(human "$size")"
        local quiet=--progress-bar
        [ -t 2 ] || quiet=--silent
        curl --fail --location $quiet --show-error --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
            -C - -o "$partial" "$url" || code=$?
        case $code in
        0) [ "$(size_of "$partial")" -ge "$size" ] || say "$name: the connection broke off" ;;
        33)
            say "$name: the server cannot go on in the middle of a file; starting again"
            rm -f "$partial"
            ;;
        23) fail 74 "cannot write '$partial'; is the disk full?" ;;
        esac
        # Tries are counted from the last one that brought anything.
        if [ "$(size_of "$partial")" -gt "$before" ]; then tries=0; else tries=$((tries + 1)); fi
        if [ "$tries" -ge 5 ]; then
            fail 69 "cannot fetch '$url' (curl's code $code); what has come is kept, run this again to go on"
        fi
        [ "$code" = 0 ] || sleep "${MUSICNET_PAUSE:-5}"
    done
    if ! md5sum --status -c <<<"$digest  $partial"; then
        rm -f "$partial"
        fail 65 "$name differs from its published MD5 $digest and was removed; run this again to fetch it anew"
    fi
    mv "$partial" "$path"
    say "$name: $(human "$size"), as published"
}

fetch "$metadata"
if ! is_unpacked; then
    fetch "$archive"
    say "unpacking ..."
    unpacking=$folder/.unpacking
    rm -rf "$unpacking"
    mkdir "$unpacking"
    tar -xzf "$folder/$archive" -C "$unpacking" || fail 74 "unpacking '$folder/$archive' failed; is the disk full?"
    # The four folders, at whatever depth the archive holds them.
    for part in train_data train_labels test_data test_labels; do
        from=$(find "$unpacking" -type d -name "$part" -print -quit)
        [ -n "$from" ] || fail 65 "$archive holds no folder '$part'"
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
    say "fetched; build notelab and check it with: notelab dataset import $folder"
    exit 0
fi
say "checking every recording ..."
"$notelab" dataset import "$folder"
