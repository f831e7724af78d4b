"""The demo performance as a stimulus: plays it, compares published events with it, and writes scores of it."""
import bisect
import csv
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PHRASE_SECONDS = 14.0
# The least onset F1 of the shipped model on the phrase: well below what it reaches, far above chance or a wrong clock.
LEAST_F1 = 0.6


def phrase(rig):
    """The beginning of the demo performance as a WAV file, and its notes (start, note)."""
    wav = rig.folder / "phrase.wav"
    if not wav.exists():
        subprocess.run(
            ["sox", "-D", ROOT / "Demo/prelude.ogg", "-b", "16", wav, "trim", "0", str(PHRASE_SECONDS)], check=True)
    with open(ROOT / "Demo/prelude.csv") as file:
        notes = [(float(row["start_s"]), int(row["midi_note"])) for row in csv.DictReader(file)]
    return wav, [note for note in notes if note[0] < PHRASE_SECONDS - 0.3]


def onset_f1(expected, detected, tolerance=0.06):
    """Onset F1 after the best constant shift, and that shift, since the latency of the player is unknown."""
    pairs = [
        at - start for start, note in expected for at, other in detected if other == note and abs(at - start) < 0.6]
    if not pairs:
        return 0.0, 0.0
    pairs.sort()
    best, shift = max(
        ((sum(1 for p in pairs if abs(p - candidate) < 0.02), candidate) for candidate in pairs), default=(0, 0.0))
    used, hits = set(), 0
    for start, note in expected:
        for index, (at, other) in enumerate(detected):
            if index not in used and other == note and abs(at - shift - start) <= tolerance:
                used.add(index)
                hits += 1
                break
    return 2 * hits / (len(expected) + len(detected)), shift


def play_phrase_and_check(rig, client, least=LEAST_F1):
    """Plays the phrase and checks the published notes: pitches, times, and a note_off for every note_on.

    Returns the onset F1, the shift of `onset_f1` in seconds, and the parameters of every note_on.
    """
    wav, expected = phrase(rig)
    since = len(client.lines)
    began = time.time()
    rig.play(wav).wait()
    time.sleep(1.5)
    ons = [params for _, params in client.notifications("note_on", since)]
    offs = [params for _, params in client.notifications("note_off", since)]
    f1, shift = onset_f1(expected, [(on["time"] - began, on["note"]) for on in ons])
    assert f1 >= least, f"onset F1 is {f1:.2f} for {len(ons)} notes detected and {len(expected)} played"
    assert -0.05 <= shift <= 0.5, f"events are {shift:.3f} s off the times at which they were played"
    assert len(ons) == len(offs), f"{len(ons)} note_on and {len(offs)} note_off after the phrase ended"
    for on in ons:
        assert on["name"] and 1 <= on["velocity"] <= 127 and 0 <= on["confidence"] <= 1, f"invalid note: {on}"
    return f1, shift, ons


def beat_times(seconds):
    """The seconds at which the demo performance reaches each quarter of a beat. The prelude has one note on each."""
    with open(ROOT / "Demo/prelude.csv") as file:
        starts = sorted(float(row["start_s"]) for row in csv.DictReader(file))
    return [start for start in starts if start < seconds]


def position_errors(positions, shift, times):
    """The error of each position in seconds, where the true position is known; positive errors are ahead of it."""
    errors = []
    for position in positions:
        index = int(position["beat"] * 4)
        if 0 <= index < len(times) - 1:
            share = position["beat"] * 4 - index
            truth = times[index] + share * (times[index + 1] - times[index])
            errors.append(truth - (position["time"] - shift))
    return errors


def score_of_phrase(changes, additions):
    """A MIDI file with the notes of the demo performance, one on each quarter of a beat.

    `changes` maps indices of notes to other pitches. `additions` lists further notes as (beat, pitch).
    """
    ticks = 480
    with open(ROOT / "Demo/prelude.csv") as file:
        rows = sorted(
            (float(row["start_s"]), float(row["end_s"]), int(row["midi_note"])) for row in csv.DictReader(file))
    starts = [start for start, _, _ in rows]
    notes = [(index / 4, bisect.bisect_left(starts, end) / 4, changes.get(index, pitch))
             for index, (_, end, pitch) in enumerate(rows)]
    notes += [(beat, beat + 0.25, pitch) for beat, pitch in additions]
    events = sorted(
        [(int(begin * ticks), 0x90, pitch, 64) for begin, _, pitch in notes]
        + [(int(end * ticks), 0x80, pitch, 0) for _, end, pitch in notes])
    track, now = bytearray(b"\x00\xff\x51\x03" + (800_000).to_bytes(3, "big")), 0
    for tick, *message in events:
        delta, now = tick - now, tick
        track += bytes([delta >> 7 | 0x80, delta & 0x7F] if delta > 0x7F else [delta]) + bytes(message)
    track += b"\x00\xff\x2f\x00"
    return (b"MThd" + (6).to_bytes(4, "big") + b"".join(n.to_bytes(2, "big") for n in (0, 1, ticks))
            + b"MTrk" + len(track).to_bytes(4, "big") + bytes(track))
