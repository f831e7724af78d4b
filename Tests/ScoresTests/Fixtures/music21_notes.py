#!/usr/bin/env python3
"""Reads scores with music21, to compare with notelab (parity.py) and to generate golden.json.

    music21_notes.py [--quick] OUT_FOLDER SCORE...   write one JSON file per score; existing files are kept
    music21_notes.py --golden FIXTURES               write golden.json beside the fixtures

The output per score has the notes as printed and with ties joined, each as [part, onset, pitch, duration, grace], and
the printed measures in order of play. Onsets are quarter notes from the start of the part. Chords are split into notes;
unpitched and cue notes are skipped. --quick writes only the printed notes. Needs music21 (measured with 10.5.1), which
takes minutes for a quartet.
"""
import glob
import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from music21 import chord, converter, harmony, note, repeat, stream  # noqa: E402


def notes(part, index):
    found = []
    for element in part.recurse().notes:
        if isinstance(element, (note.Unpitched, harmony.Harmony)):
            continue
        if element.style.noteSize == "cue" and not element.duration.isGrace:
            continue
        onset = float(element.getOffsetInHierarchy(part))
        grace = int(element.duration.isGrace)
        pitches = element.pitches if isinstance(element, chord.Chord) else [element.pitch]
        found += [[index, round(onset, 4), round(p.ps), round(float(element.quarterLength), 4), grace] for p in pitches]
    return found


def describe(path, is_quick=False):
    begun = time.time()
    score = converter.parse(path, forceSource=True)
    if any(i.transposition for i in score.recurse().getElementsByClass("Instrument")):
        score = score.toSoundingPitch()
    parts = list(score.parts)
    result = {"parts": len(parts), "measures": [len(p.getElementsByClass(stream.Measure)) for p in parts]}
    result["printed"] = sorted(n for i, p in enumerate(parts) for n in notes(p, i))
    if is_quick:
        result["seconds"] = round(time.time() - begun, 1)
        return result
    joined = [p.stripTies() for p in parts]
    result["joined"] = sorted(n for i, p in enumerate(joined) for n in notes(p, i))
    # Last, because it removes the measures from the part.
    try:
        expander = repeat.Expander(parts[0])
        if expander.isExpandable():
            result["order"] = [m.number for m in expander.process(deepcopy=False).getElementsByClass(stream.Measure)]
        else:
            result["order_error"] = "not expandable"
    except Exception as error:  # music21 raises exceptions of many types
        result["order_error"] = repr(error)
    result["seconds"] = round(time.time() - begun, 1)
    return result


def main():
    if sys.argv[1] == "--golden":
        folder = sys.argv[2]
        golden = {}
        for path in sorted(glob.glob(os.path.join(folder, "*.musicxml"))):
            found = describe(path)
            golden[os.path.basename(path)] = {
                "parts": found["parts"], "printed": len(found["printed"]), "joined": found["joined"],
                "order": found.get("order"),
            }
        with open(os.path.join(folder, "golden.json"), "w") as out:
            json.dump(golden, out, indent=None, separators=(",", ":"), sort_keys=True)
        return
    is_quick = sys.argv[1] == "--quick"
    folder, *paths = sys.argv[2 if is_quick else 1:]
    for path in paths:
        target = os.path.join(folder, os.path.basename(path) + ".json")
        if os.path.exists(target):
            continue
        try:
            found = describe(path, is_quick)
        except Exception as error:
            found = {"error": repr(error)}
        with open(target + ".part", "w") as out:
            json.dump(found, out)
        os.rename(target + ".part", target)
        print(os.path.basename(path), found.get("seconds"), found.get("error", ""), flush=True)


if __name__ == "__main__":
    main()
