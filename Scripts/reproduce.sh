#!/usr/bin/env bash
# Trains every row of the paper's Table 3 and writes the tables and figures of docs/studies/reproduction.md.
#
#   Scripts/reproduce.sh TRAIN-FOLDER TEST-FOLDER OUT-FOLDER [RECIPES-FOLDER]
#
# After an interruption, run it again: finished models are kept, and the current one resumes from its checkpoint.
# RECIPES-FOLDER defaults to Models/recipes/reproduction; Models/recipes/paper trains as the authors did (weeks on a
# small machine). Two environment variables:
#   NOTELAB         the notelab to run (default: the one built here)
#   THRESHOLDS_ON   the folder on which thresholds are chosen (default: TRAIN-FOLDER)
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 3 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 64; }
train=$1 test=$2 out=$3 recipes=${4:-Models/recipes/reproduction}
notelab=${NOTELAB:-.build/release/notelab} thresholds=${THRESHOLDS_ON:-$train}
[ -x "$notelab" ] || { echo "'$notelab' is missing; build it: swift build -c release --product notelab" >&2; exit 69; }
mkdir -p "$out/models" "$out/figures"

train_row() {
    local name=$1 model="$out/models/$1.safetensors" state="$out/models/$1.checkpoint" arguments=()
    [ -e "$model" ] && return 0
    # Networks with pooling over shifts start from the trained network without shifts.
    case $name in avgpool-*) arguments=(--from "$out/models/mlp-2500-2048.safetensors") ;; esac
    [ -e "$state" ] && arguments+=(--resume "$state")
    "$notelab" train "$recipes/$name.json" --dataset "$train" --probe "$test" --out "$out/unfinished.safetensors" \
        --checkpoint "$state" "${arguments[@]}"
    # notelab also writes a model when it is interrupted, so check that the run is complete.
    if [ "$(tail -n 1 "$state.jsonl" | grep -o '"step":[0-9]*' | cut -d: -f2)" = "$(steps_of "$name")" ]; then
        mv "$out/unfinished.safetensors" "$model"
    else
        echo "interrupted; run this again to continue" >&2
        exit 75
    fi
}

steps_of() {
    python3 - "$recipes/$1.json" <<'PYTHON'
import json, os, sys
def keys(path):
    recipe = json.load(open(path))
    bases = recipe.get("base", [])
    result = {}
    for base in [bases] if isinstance(bases, str) else bases:
        result.update(keys(os.path.join(os.path.dirname(path), base)))
    result.update(recipe)
    return result
print(keys(sys.argv[1])["steps"])
PYTHON
}

# Rows with pooling over shifts come last, because they start from the model of another row.
rows=$(cd "$recipes" && ls -- *.json | sed 's/\.json$//' | grep -v '^base$' | grep -v '^avgpool' || true)
shifted=$(cd "$recipes" && ls -- *.json | sed 's/\.json$//' | grep '^avgpool' || true)
for name in $rows $shifted; do train_row "$name"; done

for number in 3 4 recordings; do
    "$notelab" table $number --models "$out/models" --dataset "$test" --thresholds-on "$thresholds" \
        --format markdown --paper > "$out/table-$number.md"
done
"$notelab" plot curves "$out"/models/*.report.json --out "$out/figures/curves.svg"
for report in "$out"/models/*.report.json; do
    name=$(basename "$report" .report.json)
    "$notelab" plot curves "$report" --out "$out/figures/curves-$name.svg"
    # Spectrograms have no learned filters.
    case $name in *spectrogram* | *relugram*) continue ;; esac
    model="$out/models/$name.safetensors"
    "$notelab" plot filters "$model" --out "$out/figures/filters-$name.svg"
    "$notelab" plot notes --dataset "$train" --model "$model" --out "$out/figures/notes-$name.svg"
done
"$notelab" plot training "$out"/models/*.checkpoint.jsonl --out "$out/figures/training.svg"
echo "done: $out" >&2
