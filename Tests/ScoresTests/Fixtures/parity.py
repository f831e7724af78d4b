#!/usr/bin/env python3
"""Compares the notes that notelab and music21 read from scores.

    music21_notes.py OUT SCORE...
    parity.py NOTELAB OUT SCORE... [--all]

Per score, it counts the printed pitched notes (with chords split and cue notes skipped), the notes with ties joined,
the joined notes whose part, onset (to 1/100 of a quarter) and pitch agree, those whose duration agrees too, and the
measures in order of play. It lists the scores that differ, or all of them with --all. The results are in
docs/studies/scores-comparison.md.
"""
import collections
import json
import os
import subprocess
import sys
import xml.etree.ElementTree
import zipfile


def ours(program, path, order):
    command = [program, "score", path, "--order", order, "--json", "--notes"]
    done = subprocess.run(command, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr.strip()}


def rounded(notes, with_length):
    """Ignores the onset of grace notes: before a barline, music21 and notelab place them on different sides of it."""
    return collections.Counter(
        (part, -1 if grace else round(onset * 100), pitch) + ((round(length * 50),) if with_length else ())
        for part, onset, pitch, length, grace in notes)


def elements(path):
    """Counts in the XML itself: pitched notes, and those that are cues, small, or tied to a previous note."""
    archive = zipfile.ZipFile(path) if path.endswith(".mxl") else None
    names = [n for n in archive.namelist() if not n.startswith("META-INF")] if archive else []
    root = xml.etree.ElementTree.fromstring(archive.read(names[0]) if archive else open(path, "rb").read())
    counts = collections.Counter({"elements": 0, "cues": 0, "small": 0, "tied back": 0})
    for note in root.iter("note"):
        if note.find("pitch") is None:
            continue
        if note.find("cue") is not None:
            counts["cues"] += 1
            continue
        counts["elements"] += 1
        kind = note.find("type")
        counts["small"] += kind is not None and kind.get("size") == "cue"
        counts["tied back"] += any(t.get("type") == "stop" for t in note.findall("tie"))
    return dict(counts)


def compare(program, path, theirs):
    """One row of the comparison: printed and joined notes of both programs, agreeing notes, and measures played."""
    mine = ours(program, path, "printed")
    if "error" in mine or "error" in theirs:
        return {"failed": mine.get("error") or theirs.get("error")}
    drums = {i for i, p in enumerate(mine["parts"]) if p["isPercussion"]}
    row = {"printed": mine["printedNoteCount"], "printed21": len(theirs["printed"]), **elements(path)}
    if "joined" not in theirs:
        return row
    notes = [(n["part"], n["onset"], n["pitch"], n["duration"], n["isGrace"])
             for n in mine["notes"] if n["part"] not in drums]
    same = sum((rounded(notes, False) & rounded(theirs["joined"], False)).values())
    full = sum((rounded(notes, True) & rounded(theirs["joined"], True)).values())
    written = ours(program, path, "written")
    return {
        **row, "joined": len(notes), "joined21": len(theirs["joined"]), "onsets": same, "lengths": full,
        "order": len(written["orderIndices"]), "order21": len(theirs["order"]) if "order" in theirs else None,
        "measures": mine["measures"],
    }


def main():
    program, folder, *paths = [a for a in sys.argv[1:] if not a.startswith("--")]
    totals = collections.Counter()
    for path in paths:
        cached = os.path.join(folder, os.path.basename(path) + ".json")
        if not os.path.exists(cached):
            continue
        row = compare(program, path, json.load(open(cached)))
        totals["files"] += 1
        totals["failed"] += "failed" in row
        if "failed" in row:
            print(os.path.basename(path), row["failed"])
            continue
        totals.update({k: v for k, v in row.items() if k != "order" and k != "order21" and v is not None})
        totals["elements equal"] += row["printed"] == row["elements"]
        totals["printed equal"] += row["printed"] == row["printed21"]
        most = row["printed"] + row["cues"]
        totals["printed explained"] += most - row["small"] <= row["printed21"] <= most
        if "joined" not in row:
            continue
        totals["compared joined"] += 1
        totals["joined equal to printed without ties back"] += row["joined"] == row["elements"] - row["tied back"]
        totals["joined equal"] += row["joined"] == row["joined21"]
        totals["all notes agree"] += row["onsets"] == row["joined"] == row["joined21"]
        if row["order21"] is not None:
            totals["orders known"] += 1
            totals["orders equal"] += row["order"] == row["order21"]
        if "--all" in sys.argv or row["joined"] != row["onsets"] or row["joined"] != row["joined21"]:
            print(os.path.basename(path), json.dumps(row))
    for name, count in totals.items():
        print(f"{name:>42} {count}")


if __name__ == "__main__":
    main()
