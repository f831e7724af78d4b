#!/usr/bin/env python3
"""Renders the built-in demo performance: Demo/prelude.ogg, its notes Demo/prelude.csv and its score Demo/prelude.mid.

The music is the opening of J. S. Bach's Prelude in C major, BWV 846 (public domain), with small random deviations of
timing and velocity from a fixed seed. It is rendered by FluidSynth with Debian's FluidR3 soundfont (MIT licence).

Needs: fluidsynth, fluid-soundfont-gm, sox with libsox-fmt-base (apt-get install fluidsynth fluid-soundfont-gm sox).
Usage: Scripts/make-demo.py            (writes into Demo/ beside this folder)
       Scripts/make-demo.py --score    (writes only the score, which needs no packages)
"""
import csv
import math
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

# The five pitches of each bar, from the bass up. The figure 1 2 3 4 5 3 4 5 is played twice per bar.
BARS = """
C4 E4 G4 C5 E5 | C4 D4 A4 D5 F5 | B3 D4 G4 D5 F5 | C4 E4 G4 C5 E5 | C4 E4 A4 E5 A5 | C4 D4 F#4 A4 D5 | B3 D4 G4 D5 G5
B3 C4 E4 G4 C5 | A3 C4 E4 G4 C5 | D3 A3 D4 F#4 C5 | G3 B3 D4 G4 B4 | G3 Bb3 E4 G4 C#5 | F3 A3 D4 A4 D5
F3 Ab3 D4 F4 B4 | E3 G3 C4 G4 C5 | E3 F3 A3 C4 F4 | D3 F3 A3 C4 F4 | G2 D3 G3 B3 F4 | C3 E3 G3 C4 E4
"""
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TICKS_PER_SECOND = 1000


def number(name):
    """The MIDI number of a pitch such as F#4."""
    accidental = name.count("#") - name.count("b")
    return 12 * (int(name[-1]) + 1) + STEPS[name[0]] + accidental


def performance():
    """(start, end, note, velocity) in seconds, for a calm performance."""
    draw = random.Random(846)
    bars = [[number(tone) for tone in bar.split()] for line in BARS.strip().splitlines() for bar in line.split("|")]
    notes, now = [], 0.5
    for index, bar in enumerate(bars):
        # Each phrase of four bars speeds up and slows down.
        step = 0.205 * (1 + 0.05 * math.cos(2 * math.pi * index / 4)) * (1.35 if index == len(bars) - 1 else 1)
        for half in range(2):
            begin = now
            for place, tone in enumerate([0, 1, 2, 3, 4, 2, 3, 4]):
                start = now + draw.gauss(0, 0.004)
                # The two lowest notes are held for half a bar; the others end shortly before the next note.
                end = begin + 8 * step * 0.96 if tone < 2 else start + step * 0.95
                swell = 8 * math.sin(math.pi * place / 8) + 6 * math.sin(math.pi * index / len(bars))
                notes.append((start, end, bar[tone], int(62 + swell + draw.gauss(0, 2) + (5 if place == 0 else 0))))
                now += step
    return notes


def score():
    """The same notes as written, at 75 quarter notes per minute."""
    step, notes = 60 / 75 / 4, []
    bars = [[number(tone) for tone in bar.split()] for line in BARS.strip().splitlines() for bar in line.split("|")]
    for index, bar in enumerate(bars):
        for half in range(2):
            begin = (16 * index + 8 * half) * step
            for place, tone in enumerate([0, 1, 2, 3, 4, 2, 3, 4]):
                start = begin + place * step
                notes.append((start, begin + 8 * step if tone < 2 else start + step, bar[tone], 64))
    return notes


def variable_length(value):
    parts = [value & 0x7F]
    while value > 0x7F:
        value >>= 7
        parts.insert(0, value & 0x7F | 0x80)
    return bytes(parts)


def midi(notes, quarter=0.5):
    """A type 0 MIDI file with 1000 ticks per second and `quarter` seconds per quarter note."""
    events = []
    for start, end, note, velocity in notes:
        events.append((round(start * TICKS_PER_SECOND), 1, bytes([0x90, note, velocity])))
        events.append((round(end * TICKS_PER_SECOND), 0, bytes([0x80, note, 0])))
    track, last = b"\x00\xff\x51\x03" + round(quarter * 1e6).to_bytes(3, "big"), 0
    for tick, _, data in sorted(events):
        track += variable_length(tick - last) + data
        last = tick
    track += b"\x8f\x50\xff\x2f\x00"
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, round(quarter * TICKS_PER_SECOND))
    return header + struct.pack(">4sI", b"MTrk", len(track)) + track


def main():
    out = pathlib.Path(__file__).resolve().parent.parent / "Demo"
    out.mkdir(exist_ok=True)
    (out / "prelude.mid").write_bytes(midi(score(), quarter=60 / 75))
    if "--score" in sys.argv[1:]:
        return
    notes = performance()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "prelude.mid").write_bytes(midi(notes))
        wav = folder / "prelude.wav"
        subprocess.run(
            ["fluidsynth", "-ni", "-q", "-g", "0.8", "-r", "44100", "-F", wav, "/usr/share/sounds/sf2/FluidR3_GM.sf2",
             folder / "prelude.mid"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["sox", "-D", wav, "-C", "4", out / "prelude.ogg", "remix", "1-2", "norm", "-3"], check=True)
    with open(out / "prelude.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["start_s", "end_s", "midi_note", "program"])
        for start, end, note, _ in sorted(notes):
            writer.writerow([f"{start:.4f}", f"{end:.4f}", note, 0])


if __name__ == "__main__":
    main()
