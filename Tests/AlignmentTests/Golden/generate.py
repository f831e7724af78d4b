#!/usr/bin/env python3
"""Computes spectra and warping paths of two short melodies with librosa and writes them to librosa.json.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install librosa
    /tmp/golden/bin/python generate.py

The committed file was computed by librosa 0.11.0. LibrosaTests.swift generates the same melodies; nothing is random.
"""
import json
import pathlib

import librosa
import numpy as np

RATE = 44100
# Frequency in Hz, and length in samples of each note in the first and in the second melody.
NOTES = [(440.0, 2500, 3900), (660.0, 3100, 2300), (523.25, 1700, 4100), (880.0, 2900, 2000), (392.0, 4000, 3500)]
# Samples of near silence before the second melody.
REST = 3000


def melody(lengths, rest):
    parts = [1e-4 * np.sin(0.01 * np.arange(rest))]
    for (hertz, *_), length in zip(NOTES, lengths):
        t = np.arange(length) / RATE
        parts.append(np.exp(-20 * t) * (np.sin(2 * np.pi * hertz * t) + 0.3 * np.sin(6 * np.pi * hertz * t)))
    return np.concatenate(parts).astype(np.float32)


def spectra(signal, window, hop, bins, shape, scale, pad):
    signal = signal / np.max(np.abs(signal))
    taper = "hann" if shape == "hann" else np.ones(window)
    s = np.abs(librosa.stft(signal, n_fft=window, hop_length=hop, window=taper, pad_mode=pad))[:bins]
    return {"linear": s, "log": np.log(1e-3 + s), "log1p": np.log1p(s)}[scale].astype(np.float32)


def main():
    first = melody([n[1] for n in NOTES], 0)
    second = melody([n[2] for n in NOTES], REST)
    cases = []
    for window, hop, bins, shape, scale, pad in [
        (1024, 256, 20, "hann", "log", "constant"), (1024, 300, 513, "hann", "linear", "constant"),
        (512, 128, 10, "rectangular", "log1p", "constant"), (2048, 512, 50, "hann", "log", "reflect"),
    ]:
        x, y = (spectra(s, window, hop, bins, shape, scale, pad) for s in (first, second))
        norms = {}
        for name, metric in [("l1", "cityblock"), ("l2", "euclidean"), ("linf", "chebyshev")]:
            sums, path = librosa.sequence.dtw(x.astype(float), y.astype(float), metric=metric)
            norms[name] = {"cost": float(sums[-1, -1]), "path": path[::-1].tolist()}
        shown = [0, 1, x.shape[1] // 2, x.shape[1] - 1]
        cases.append({
            "window": window, "hop": hop, "bins": bins, "shape": shape, "scale": scale,
            "padding": "silence" if pad == "constant" else "reflection", "frames": x.shape[1],
            "shown": shown, "values": [[round(float(v), 6) for v in x[:, i]] for i in shown], "norms": norms,
        })
    target = pathlib.Path(__file__).resolve().with_name("librosa.json")
    target.write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
