#!/usr/bin/env python3
"""Writes following.json: synthetic references and position traces, with the statistics that the definitions give.

    python3 generate_following.py        # writes beside this file; needs only Python

This implements the definitions a second time, as plainly as possible and without regard to speed:

arrival    For references whose beats only ascend: the publication time of the first row at which the highest beat so
           far reaches the onset's beat less 1e-6, minus the time of the onset; missed if there is no such row.
position   The beat of the last row published at or before the time of the onset (of the first row, if there is none),
           converted to seconds of the score by linear interpolation between the reference's beats (each where it first
           occurs), minus the seconds of the onset.
figures    The median and the 90th percentile of the absolute errors, linearly interpolated; the bias, which is the
           signed median; and shares of all onsets, including missed ones.
Rows of the reference with the same beat as the row before are left out.
"""
import json
import pathlib
import random


def quantile(values, share):
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def figures(errors):
    hits = [error for error in errors if error is not None]
    sizes = [abs(error) for error in hits]
    result = {"onsets": len(errors), "missed": len(errors) - len(hits)}
    if hits:
        result |= {"median_ms": 1000 * quantile(sizes, 0.5), "p90_ms": 1000 * quantile(sizes, 0.9),
                   "mean_ms": 1000 * sum(sizes) / len(sizes), "bias_ms": 1000 * quantile(hits, 0.5)}
    for limit in (50, 100, 250, 500):
        result[f"within_{limit}"] = sum(size <= limit / 1000 for size in sizes) / len(errors)
    return result


def without_repeated_rows(reference):
    return [row for index, row in enumerate(reference) if index == 0 or row[0] != reference[index - 1][0]]


def arrival(rows, reference):
    if any(a[0] >= b[0] for a, b in zip(reference, reference[1:])):
        return None
    errors = []
    for beat, _, time in reference:
        reached = [at for index, (at, _) in enumerate(rows) if max(b for _, b in rows[:index + 1]) >= beat - 1e-6]
        errors.append(min(reached) - time if reached else None)
    return figures(errors)


def position(rows, reference):
    seconds = {}
    for beat, score, _ in reference:
        seconds.setdefault(beat, score)
    beats = sorted(seconds)

    def score_seconds(beat):
        if beat <= beats[0]:
            return seconds[beats[0]]
        for low, high in zip(beats, beats[1:]):
            if beat <= high:
                return seconds[low] + (seconds[high] - seconds[low]) * (beat - low) / (high - low)
        return seconds[beats[-1]]

    errors = []
    for _, score, time in reference:
        before = [beat for at, beat in rows if at <= time]
        errors.append(score_seconds(before[-1] if before else rows[0][1]) - score)
    return figures(errors)


def synthetic(draw, kind):
    """A reference, and the rows of a follower of moderate accuracy."""
    beats = [0.0]
    while len(beats) < 40:
        beats.append(beats[-1] + draw.choice([0.25, 0.5, 0.5, 1.0]))
    order = list(range(40))
    if kind == "repeat":
        order = order[:25] + order[12:]
    if kind == "skip":
        order = order[:15] + order[28:]
    time, reference, last = draw.uniform(0.3, 2.0), [], None
    for index in order:
        if last is not None:
            time += (beats[index] - last if beats[index] > last else 0.5) * draw.uniform(0.4, 0.7)
        last = beats[index]
        # Now and then the second row of a chord.
        for _ in range(draw.choice([1, 1, 1, 2])):
            reference.append((round(last, 6), round(0.6 * last, 6), round(time, 6)))
    rows, lag, at = [], 0.0, 0.0
    end = reference[-1][2] + (1.0 if kind != "short" else -4.0)
    while at < end:
        at += draw.uniform(0.05, 0.2)
        played = [row for row in reference if row[2] <= at]
        lag = 0.8 * lag + draw.gauss(0, 0.15)
        rows.append((round(at, 6), round(max(0.0, (played[-1][0] if played else 0.0) + lag), 6)))
    return reference, rows


def main():
    draw = random.Random(5)
    cases = []
    for kind in ("plain", "plain", "short", "skip", "repeat"):
        reference, rows = synthetic(draw, kind)
        clean = without_repeated_rows(reference)
        case = {"kind": kind, "reference": reference, "rows": rows, "position": position(rows, clean)}
        if (found := arrival(rows, clean)) is not None:
            case["arrival"] = found
        cases.append(case)
    path = pathlib.Path(__file__).with_name("following.json")
    path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(f"{path.name}: {len(cases)} cases")


if __name__ == "__main__":
    main()
