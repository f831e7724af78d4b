#!/usr/bin/env python3
"""Writes golden.json beside itself: random cases with the answers of scikit-learn and mir_eval.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scikit-learn mir_eval
    /tmp/golden/bin/python generate.py

Made with scikit-learn 1.9.1 and mir_eval 0.8.2. The cases depend on the seed alone.
"""
import json
import pathlib
import warnings

import mir_eval
import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

NOTES = 128
# mir_eval refuses frequencies above 5 kHz: keep below MIDI note 111.
LOW, HIGH = 30, 110


def hertz(notes):
    return 440.0 * 2 ** ((np.asarray(notes, float) - 69) / 12)


def frames(rng, rows, density, decimals):
    """A roll and scores that lean towards it; `decimals` makes ties."""
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


def frame_case(rng, rows, density, decimals, thresholds=(0.0, 0.25, 0.4)):
    truth, scores = frames(rng, rows, density, decimals)
    case = {"rows": rows, "on": np.flatnonzero(truth).tolist(), "scores": [round(float(s), 6) for s in scores[:, LOW:HIGH].ravel()]}
    scores = np.zeros_like(scores)
    scores[:, LOW:HIGH] = np.array(case["scores"], np.float32).reshape(rows, HIGH - LOW)
    scores = scores.astype(np.float64)  # so that numpy does not round thresholds to single precision
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
    return case


def notes(rng, count, pitches, seconds):
    start = np.round(np.sort(rng.random(count)) * seconds, 3)
    length = np.round(0.02 + rng.random(count), 3)
    return [[float(s), round(float(s + d), 3), int(p)] for s, d, p in zip(start, length, rng.integers(60, 60 + pitches, count))]


def played(rng, truth):
    """What a transcriber might make of it: jitter on a grid that often falls on the tolerance, misses, extras."""
    jitter = lambda: rng.choice([0, 0.01, -0.01, 0.05, -0.05, 0.051, -0.049, 0.1, 0.12])
    result = []
    for start, end, pitch in truth:
        if rng.random() < 0.15:
            continue
        s = max(0.0, round(start + float(jitter()), 3))
        result.append([s, max(round(s + 0.01, 3), round(end + float(jitter()) * 2, 3)), pitch if rng.random() > 0.1 else pitch + 1])
        if rng.random() < 0.2:
            result.append([round(s + 0.03, 3), round(end, 3) if end > s + 0.04 else round(s + 0.06, 3), pitch])
    return result


def note_case(rng, count, pitches, seconds):
    truth = notes(rng, count, pitches, seconds)
    claim = played(rng, truth)
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
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
