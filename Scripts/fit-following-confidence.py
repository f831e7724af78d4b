#!/usr/bin/env python3
"""Fits the weights of PositionConfidence (Sources/Following/Tracking/PositionConfidence.swift) to recordings.

  for each recording:
    notelab follow SCORE AUDIO --out NAME.csv --signs NAME.signs.csv
  fit-following-confidence.py NAME.csv[=reference.csv] ...

NAME.csv=reference.csv gives the true positions. NAME.csv alone means that the recording does not play the score, so
that every position is wrong.

Needs NumPy. Prints the weights, a reliability table and the calibration error.
"""
import csv, sys
import numpy as np

TOLERANCE = 0.5  # seconds of the score
PAUSE = 4  # seconds without an onset, within which the true position is undefined


def table(path):
    with open(path) as lines:
        return list(csv.DictReader(lines))


def examples(positions, reference):
    rows = table(positions)
    signs = table(positions.removesuffix(".csv") + ".signs.csv")
    time = np.array([float(r["published_s"]) for r in rows])
    second = np.array([float(r["score_s"]) for r in rows])
    counts = np.array([r["state"] != "waiting" for r in rows])
    right = np.zeros(len(rows))
    if reference:
        truth = np.array([[float(r["score_time"]), float(r["perf_time"])] for r in table(reference)])
        counts &= (time > truth[0, 1]) & (time < truth[-1, 1])
        for before, after in zip(truth[:-1, 1], truth[1:, 1]):
            if after - before > PAUSE:
                counts &= ~((time > before + 1) & (time < after))
        right = (np.abs(second - np.interp(time, truth[:, 1], truth[:, 0])) <= TOLERANCE).astype(float)
    else:
        counts &= time > 1
    columns = [[float(s[c]) for s in signs] for c in ("mass", "evidence", "fit", "rivalry", "settled")]
    mass, evidence, fit, rivalry, settled = (np.array(c) for c in columns)
    inputs = np.stack(
        [np.ones(len(mass)), mass, np.clip(evidence, -1, 2), np.clip(fit, -1, 4), np.clip(rivalry, -2, 4), settled], 1)
    return inputs[counts], right[counts]


def logistic_regression(inputs, right):
    weights = np.zeros(inputs.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-inputs @ weights))
        hessian = (inputs * (p * (1 - p))[:, None]).T @ inputs + 1e-3 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, inputs.T @ (right - p))
    return weights


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    pairs = [examples(*(a.split("=", 1) if "=" in a else (a, None))) for a in sys.argv[1:]]
    # All recordings have equal weight, whatever their length.
    thinned = [(i[:: max(1, len(i) // 4000)], r[:: max(1, len(r) // 4000)]) for i, r in pairs if len(r)]
    inputs = np.concatenate([i for i, _ in thinned])
    right = np.concatenate([r for _, r in thinned])
    weights = logistic_regression(inputs, right)
    print("bias, mass, evidence, fit, rivalry, settled:", ", ".join("%.2f" % w for w in weights))
    # Leave-one-out: predict each recording with weights fitted to the others.
    held_out = []
    for index, (own, truth) in enumerate(thinned):
        others = [t for j, t in enumerate(thinned) if j != index]
        if others:
            w = logistic_regression(np.concatenate([i for i, _ in others]), np.concatenate([r for _, r in others]))
            held_out.append((1 / (1 + np.exp(-own @ w)), truth))
    p = np.concatenate([h[0] for h in held_out]) if held_out else 1 / (1 + np.exp(-inputs @ weights))
    error = 0
    print("confidence  hops    mean  right")
    for low in range(10):
        inside = (p >= low / 10) & ((p < (low + 1) / 10) | (low == 9))
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - right[inside].mean())
            print("%.1f-%.1f  %8d   %.3f  %.3f" % (
                low / 10, (low + 1) / 10, inside.sum(), p[inside].mean(), right[inside].mean()))
    print("expected calibration error, each recording predicted from the others: %.3f" % error)
    print("wrong and confident: %.2f%% of hops; right and not confident: %.2f%%" % (
        100 * ((p >= 0.5) & (right < 0.5)).mean(), 100 * ((p < 0.5) & (right > 0.5)).mean()))


if __name__ == "__main__":
    main()
