#!/usr/bin/env python3
"""Measures the cost of a frame of matchmaker by length of score.

`bench.py following` runs it with the Python that has matchmaker:

  PYTHON Scripts/bench-matchmaker.py MINUTES [METHOD:PROCESSOR]     one JSON object on standard output

The score is a synthetic quartet of MINUTES, and the performance is its first 20 seconds as plain tones. matchmaker
renders the score to audio first, so its memory and setup time grow with the score.
"""
import contextlib
import copy
import io
import json
import pathlib
import random
import resource
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

RATE, SECONDS, EIGHTH = 44_100, 20, 0.25
PROGRAMS, REGISTERS, SCALE = (40, 40, 41, 42), (76, 69, 62, 50), (0, 2, 4, 5, 7, 9, 11)


def quartet(seconds):
    """(start, length, pitch, part) in seconds, like those of `notelab bench following`."""
    draw, notes = random.Random(1), []
    for part, register in enumerate(REGISTERS):
        moment, step = 0.0, 0
        while moment < seconds:
            length = EIGHTH * draw.randint(1, 3)
            step = min(max(step + draw.randint(-2, 2), -6), 6)
            notes.append((moment, length, register + (-12 if step < 0 else 0) + SCALE[step % 7], part))
            moment += length
    return sorted(notes)


def write_score(notes, path):
    import mido

    file = mido.MidiFile(ticks_per_beat=480)
    for part, program in enumerate(PROGRAMS):
        track = mido.MidiTrack()
        file.tracks.append(track)
        track.append(mido.Message("program_change", program=program, channel=part, time=0))
        events = []
        for start, length, pitch, owner in notes:
            if owner == part:
                first = round(960 * start)
                events += [(first, 1, pitch), (first + round(960 * length) - 1, 0, pitch)]
        last = 0
        for tick, is_on, pitch in sorted(events):
            track.append(mido.Message("note_on", note=pitch, velocity=70 if is_on else 0, channel=part,
                                      time=tick - last))
            last = tick
    file.save(path)


def write_sound(notes, path):
    import numpy as np
    import soundfile

    samples = np.zeros(SECONDS * RATE)
    for start, length, pitch, _ in notes:
        first, last = int(start * RATE), min(int((start + length) * RATE), len(samples))
        if first >= last:
            continue
        times = np.arange(last - first) / RATE
        frequency = 440 * 2 ** ((pitch - 69) / 12)
        for harmonic in range(1, 7):
            tone = np.sin(2 * np.pi * harmonic * frequency * times)
            samples[first:last] += 0.08 / harmonic * tone * np.exp(-3 * times)
    soundfile.write(path, samples, RATE)


def main():
    minutes = float(sys.argv[1])
    method, _, processor = (sys.argv[2] if len(sys.argv) > 2 else "arzt:lse").partition(":")
    import matchmaker.matchmaker as peer

    notes = quartet(60 * minutes)
    with tempfile.TemporaryDirectory() as folder:
        score, sound = str(pathlib.Path(folder) / "score.mid"), str(pathlib.Path(folder) / "audio.wav")
        write_score(notes, score)
        write_sound(notes, sound)
        options = copy.deepcopy(peer.DEFAULT_KWARGS["audio"].get(method, {}))
        with contextlib.redirect_stdout(io.StringIO()):
            begin = time.monotonic()
            follower = peer.Matchmaker(score_file=score, performance_file=sound, input_type="audio", method=method,
                                       processor=processor or None, kwargs=options)
            setup = time.monotonic() - begin
            begin = time.process_time()
            frames = sum(1 for _ in follower.run(verbose=False))
            cost = time.process_time() - begin
    print(json.dumps({
        "minutes": minutes, "notes": len(notes), "method": f"{method}:{processor}", "load_ms": 1000 * setup,
        "frame_us": 1e6 * cost / max(1, frames), "frame_ms_apart": 1000 * follower.hop_length / follower.sample_rate,
        "frames": frames, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
