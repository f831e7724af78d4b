#!/usr/bin/env bash
# Fuzzes the parsers of untrusted input with libFuzzer and AddressSanitizer, in a build folder of its own.
#
#   Scripts/fuzz.sh [KIND...] [--seconds N]    fuzz these kinds, or all, for N seconds each (600)
#   Scripts/fuzz.sh [KIND...] --short          a few seconds each, as in continuous integration
#   Scripts/fuzz.sh KIND --file FILE...        check these files only, for example a finding
#
# A kind is an input with a parser of its own: midi, musicxml, mxl, kern, safetensors, model, configuration, lines or
# labels. Every run first checks the seeds in Tests/Fuzzing/Corpus and the earlier findings in Tests/Fuzzing/Findings.
# An input that traps, needs more than 10 s or 2 GB, or breaks a promise of the parser ends the kind's run and is kept
# in .build-fuzz/findings/KIND. Inputs that reach new code are kept in .build-fuzz/corpus/KIND, for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh

all=(midi musicxml mxl kern safetensors model configuration lines labels)
folder=$PWD/.build-fuzz
kinds=()
files=()
seconds=600
short=""
usage() {
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 64
}
while [ $# -gt 0 ]; do
    case "$1" in
    --seconds)
        [[ "${2:-}" =~ ^[0-9]+$ ]] || usage
        seconds=$2
        shift
        ;;
    --short) short=yes seconds=5 ;;
    --file)
        shift
        files=("$@")
        break
        ;;
    *)
        [[ " ${all[*]} " == *" $1 "* ]] || usage
        kinds+=("$1")
        ;;
    esac
    shift
done
[ ${#kinds[@]} -gt 0 ] || kinds=("${all[@]}")
[ ${#files[@]} -eq 0 ] || [ ${#kinds[@]} -eq 1 ] || usage
require_swift

export NOTED_FUZZING=1 SWIFT_BACKTRACE=enable=no
# Swift's runtime keeps its type metadata for the life of the process, which a leak check reports.
export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}"
began=$SECONDS
# SwiftPM passes one -sanitize option per sanitizer to the Swift compiler, which heeds the last one only.
build=(swift build -c release --sanitize address --sanitize fuzzer -Xswiftc -sanitize=address,fuzzer
    --scratch-path "$folder" --product Fuzzing)
"${build[@]}" >&2
program=$("${build[@]}" --show-bin-path)/Fuzzing
echo "fuzz: built in $((SECONDS - began)) s" >&2

limits=(-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -detect_leaks=0 -print_final_stats=1)

# KIND LIBFUZZER_OPTION_OR_FILE...
run() {
    local kind=$1
    shift
    NOTED_FUZZ_TARGET=$kind "$program" "${limits[@]}" -artifact_prefix="$folder/findings/$kind/" "$@"
}

failed=0
for kind in "${kinds[@]}"; do
    mkdir -p "$folder/findings/$kind" "$folder/corpus/$kind"
    if [ ${#files[@]} -gt 0 ]; then
        run "$kind" "${files[@]}"
        continue
    fi
    log=$folder/$kind.log
    known=("Tests/Fuzzing/Corpus/$kind" "Tests/Fuzzing/Findings/$kind")
    [ -d "${known[1]}" ] || unset 'known[1]'
    # libFuzzer skips no seed that is a file of its own, but shortens those of a corpus that exceed the length.
    readarray -d '' inputs < <(find "${known[@]}" -type f -print0)
    began=$SECONDS
    options=(-max_total_time="$seconds" -max_len=16384 -reload=0)
    dictionary=Tests/Fuzzing/Dictionaries/$kind.dict
    [ ! -f "$dictionary" ] || options+=(-dict="$dictionary")
    # The short run starts from the repository alone, so that it doesn't depend on earlier ones.
    if [ -n "$short" ]; then options+=(-seed=1); else known=("$folder/corpus/$kind" "${known[@]}"); fi
    [ -z "$short" ] || { rm -rf "$folder/short" && mkdir "$folder/short" && known=("$folder/short" "${known[@]}"); }
    if run "$kind" "${inputs[@]}" >"$log" 2>&1 && run "$kind" "${options[@]}" "${known[@]}" >>"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
        peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log" | tail -1)
        echo "fuzz: $kind: ${#inputs[@]} known inputs and $runs runs in $((SECONDS - began)) s, peak $peak MB" >&2
    else
        failed=1
        tail -40 "$log" >&2
        echo "fuzz: $kind: a finding after $((SECONDS - began)) s; the log is $log" >&2
    fi
done
exit $failed
