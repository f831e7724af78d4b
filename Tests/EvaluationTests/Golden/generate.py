#!/usr/bin/env python3
"""Writes golden.json beside this file: random and real cases with the results of scikit-learn and mir_eval.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scikit-learn mir_eval
    /tmp/golden/bin/python generate.py [--export .build/release/notelab]

Made with scikit-learn 1.9.1 and mir_eval 0.8.2. The random cases depend only on the seed. The real case is the output
of the default model for Demo/prelude.ogg: prelude.f32 (scores, float32, 128 per row) and prelude-notes.csv. --export
writes both again with the given program.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import tempfile
import warnings

import mir_eval
import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve, precision_recall_fscore_support

NOTES = 128
# mir_eval rejects frequencies above 5 kHz, so stay below MIDI note 111.
LOW, HIGH = 30, 110
HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[2] / "Demo"
# The rows of the real case: samples 512 * (FIRST + STEP * j).
FIRST, STEP, ROWS = 400, 11, 250


def hertz(notes):
    return 440.0 * 2 ** ((np.asarray(notes, float) - 69) / 12)


def frames(rng, rows, density, decimals):
    """A roll, and scores that correlate with it. Few `decimals` give ties."""
    truth = np.zeros((rows, NOTES), bool)
    truth[:, LOW:HIGH] = rng.random((rows, HIGH - LOW)) < density
    scores = np.zeros((rows, NOTES))
    scores[:, LOW:HIGH] = rng.normal(0, 0.3, (rows, HIGH - LOW)) + 0.5 * truth[:, LOW:HIGH]
    scores = np.round(scores, decimals).astype(np.float32)
    return truth, scores


def prf(truth, claimed):
    p, r, f, _ = precision_recall_fscore_support(truth.ravel(), claimed.ravel(), average="binary", zero_division=0)
    return [float(p), float(r), float(f)]


def best_threshold(truth, scores, steps=500):
    low, high = float(scores.min()), float(scores.max())
    best, at = 0.0, None
    for c in low + np.arange(1, steps) * ((high - low) / steps):
        f = prf(truth, scores > c)[2]
        if f > best:
            best, at = f, float(c)
    return [at, best]


def grid_threshold(truth, scores, steps=500):
    """The threshold that the protocol chooses: the first i / steps with the highest F1."""
    found = [prf(truth, scores > i / steps)[2] for i in range(steps)]
    return [int(np.argmax(found)) / steps, max(found)]


def by_labels(truth, scores, threshold):
    """Per number of labels: frames, (frame, note) pairs, precision, recall, average precision."""
    counts = truth.sum(axis=1)
    result = {}
    for k in sorted(set(counts[counts > 0].tolist())):
        rows = counts == k
        p, r, _ = prf(truth[rows], scores[rows] > threshold)
        ap = average_precision_score(truth[rows].ravel(), scores[rows].ravel())
        result[str(k)] = [int(rows.sum()), int(truth[rows].sum()), p, r, float(ap)]
    return result


def frame_case(rng, rows, density, decimals, thresholds=(0.0, 0.25, 0.4), scale=1.0):
    truth, scores = frames(rng, rows, density, decimals)
    scores *= scale
    case = {"rows": rows, "on": np.flatnonzero(truth).tolist(),
            "scores": [round(float(s), 6) for s in scores[:, LOW:HIGH].ravel()]}
    scores = np.zeros_like(scores)
    scores[:, LOW:HIGH] = np.array(case["scores"], np.float32).reshape(rows, HIGH - LOW)
    return answers(case, truth, scores, thresholds)


def answers(case, truth, scores, thresholds):
    rows = len(truth)
    scores = scores.astype(np.float64)  # otherwise numpy rounds thresholds to single precision
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case["average_precision"] = float(average_precision_score(truth.ravel(), scores.ravel()))
        case["thresholds"] = []
        for threshold in thresholds:
            claimed = scores > threshold
            times = np.arange(rows) / 100
            m = mir_eval.multipitch.metrics(
                times, [hertz(np.flatnonzero(t)) for t in truth], times, [hertz(np.flatnonzero(c)) for c in claimed])
            case["thresholds"].append({
                "threshold": threshold, "prf": prf(truth, claimed),
                "mirex": dict(zip(["precision", "recall", "acc", "esub", "emiss", "efa", "etot"], map(float, m[:7])))})
        case["best"] = best_threshold(truth, scores)
        case["grid_threshold"] = grid_threshold(truth, scores)
        case["by_labels"] = by_labels(truth, scores, thresholds[1])
        precision, recall, at = precision_recall_curve(truth.ravel(), scores.ravel())
        # Curves only for cases with few distinct scores.
        curve = [[float(r), float(p)] for p, r in zip(precision[:-1], recall[:-1])][::-1] if truth.any() else []
        case["curve"] = curve if len(curve) <= 200 else []
    return case


def real_case():
    """A slice of the default model's scores, with the demo performance's labels at the same times."""
    scores = np.fromfile(HERE / "prelude.f32", np.float32).reshape(-1, NOTES)
    truth = np.zeros(scores.shape, bool)
    for start, end, pitch in read_notes(DEMO / "prelude.csv"):
        for row in range(len(scores)):
            truth[row, pitch] |= start * 44100 <= 512 * (FIRST + STEP * row) < end * 44100
    case = {"rows": len(scores), "on": np.flatnonzero(truth).tolist(), "scores": []}
    return answers(case, truth, scores, (0.1, 0.3, 0.45))


def read_notes(path):
    with open(path) as file:
        return [[float(r["start_s"]), float(r["end_s"]), int(r["midi_note"])] for r in csv.DictReader(file)]


def export(notelab):
    with tempfile.TemporaryDirectory() as folder:
        rows = pathlib.Path(folder) / "rows.npy"
        subprocess.run([
            notelab, "transcribe", DEMO / "prelude.ogg", "--posteriors", rows, "--out", HERE / "prelude-notes.csv"],
            check=True)
        scores = np.load(rows)[FIRST:FIRST + STEP * ROWS:STEP]
    scores.astype("<f4").tofile(HERE / "prelude.f32")


def notes(rng, count, pitches, seconds):
    start = np.round(np.sort(rng.random(count)) * seconds, 3)
    length = np.round(0.02 + rng.random(count), 3)
    pitch = rng.integers(60, 60 + pitches, count)
    return [[float(s), round(float(s + d), 3), int(p)] for s, d, p in zip(start, length, pitch)]


def played(rng, truth):
    """An imperfect transcription: jitter on a grid that often hits the tolerance exactly, misses and extra notes."""
    jitter = lambda: rng.choice([0, 0.01, -0.01, 0.05, -0.05, 0.051, -0.049, 0.1, 0.12])
    result = []
    for start, end, pitch in truth:
        if rng.random() < 0.15:
            continue
        s = max(0.0, round(start + float(jitter()), 3))
        off = max(round(s + 0.01, 3), round(end + float(jitter()) * 2, 3))
        result.append([s, off, pitch if rng.random() > 0.1 else pitch + 1])
        if rng.random() < 0.2:
            result.append([round(s + 0.03, 3), round(end, 3) if end > s + 0.04 else round(s + 0.06, 3), pitch])
    return result


def note_case(rng, count, pitches, seconds):
    truth = notes(rng, count, pitches, seconds)
    return note_answers(truth, played(rng, truth))


def note_answers(truth, claim):
    case = {"reference": truth, "estimate": claim}
    r, e = np.array(truth), np.array(claim)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, tolerance, ratio in [("onset50", 0.05, None), ("onset100", 0.1, None), ("onset_offset", 0.05, 0.2)]:
            if len(r) == 0 or len(e) == 0:
                case[name] = [0.0, 0.0, 0.0]
                continue
            p, rec, f, _ = mir_eval.transcription.precision_recall_f1_overlap(
                r[:, :2], hertz(r[:, 2]), e[:, :2], hertz(e[:, 2]), onset_tolerance=tolerance, offset_ratio=ratio)
            case[name] = [float(p), float(rec), float(f)]
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", metavar="NOTELAB", help="write the real case again with this program")
    program = parser.parse_args().export
    if program:
        export(program)
    rng = np.random.default_rng(20261122)
    golden = {
        "frames": [
            frame_case(rng, 20, 0.05, 4), frame_case(rng, 20, 0.2, 1), frame_case(rng, 5, 0.0, 2),
            frame_case(rng, 3, 1.0, 2), frame_case(rng, 25, 0.04, 0),
        ],
        "notes": [
            note_case(rng, 40, 12, 10.0), note_case(rng, 60, 2, 6.0), note_case(rng, 80, 1, 8.0),
            note_case(rng, 1, 1, 1.0), note_case(rng, 0, 1, 1.0), note_case(rng, 120, 5, 6.0),
        ],
    }
    # Scores far outside 0...1, as from square loss; equal scores; an empty estimate; a single row.
    golden["frames"] += [
        frame_case(rng, 15, 0.03, 3, scale=3.0, thresholds=(0.1, 0.5, 2.0)),
        frame_case(rng, 15, 0.03, 3, scale=0.0), frame_case(rng, 10, 0.03, 2, thresholds=(0.2, 9.0, 99.0)),
        frame_case(rng, 1, 0.05, 1),
    ]
    # Some rows without labels; notes that are all false alarms or all missed.
    golden["frames"].append(frame_case(rng, 30, 0.012, 2))
    golden["notes"] += [note_answers([], [[0.5, 1.0, 60]]), note_answers([[0.5, 1.0, 60]], [])]
    golden["real_frames"] = real_case()
    golden["real_notes"] = note_answers(read_notes(DEMO / "prelude.csv"), read_notes(HERE / "prelude-notes.csv"))
    path = HERE / "golden.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
