#!/usr/bin/env python3
"""Convert scores to MIDI files with one track and one General MIDI program for each part.

Needs the music21 package (python3 -m venv ENV && ENV/bin/pip install music21). Reads MusicXML (.mxl, .musicxml, .xml)
and, with --corpus, pieces of music21's own corpus. Corpus licences differ from piece to piece: see corpus/license.txt
inside the package. The only selection offered here is the Bach chorales (public domain music, freely licensed
encodings).

Run it again to continue after an interruption: existing files are not converted again. A score that cannot be converted
is reported on standard error and skipped.

Example:
    scores-to-midi.py --out midi/quartets scores/*.mxl
    scores-to-midi.py --out midi/chorales --corpus chorales
"""

import argparse
import multiprocessing
import os
import re
import struct
import sys
import warnings
from pathlib import Path

TICKS = 480  # in a quarter note
SUFFIXES = {".mxl", ".musicxml", ".xml"}
# The name of a part takes precedence over its instrument. The first match wins.
PROGRAMS_BY_NAME = [
    (r"violoncello|cello|\bvlc?\b|\bvc\b", 42),
    (r"contrabass|double ?bass|\bkontraba", 43),
    (r"viola\b|bratsche|\bvla\b|\bva\b", 41),
    (r"violin|violon|geige|\bvln?\b", 40),
    (r"piccolo", 72),
    (r"flute|fl[oö]te|flauto", 73),
    (r"oboe|hautbois", 68),
    (r"clarinet|klarinette", 71),
    (r"bassoon|fagott", 70),
    (r"horn|corno", 60),
    (r"trumpet|tromba|trompete", 56),
    (r"harpsichord|cembalo", 6),
    (r"organ|orgel", 19),
    (r"soprano|alto|tenor|bass|voice|sopran", 52),
]


def program_for(part, index, count):
    """The General MIDI program, 0-based, of a part."""
    name = (part.partName or "").lower()
    for pattern, program in PROGRAMS_BY_NAME:
        if re.search(pattern, name):
            return program
    instrument = part.getInstrument(returnDefault=False)
    if instrument is not None and instrument.midiProgram is not None:
        return instrument.midiProgram
    # Four unnamed parts are most likely a string quartet. Otherwise, use the piano.
    return [40, 40, 41, 42][index] if count == 4 else 0


def variable_length(value):
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def track_bytes(events):
    """A MIDI track of (tick, order, bytes). Events at the same tick are sorted by order."""
    body, now = bytearray(), 0
    for tick, _, message in sorted(events):
        body += variable_length(tick - now) + message
        now = tick
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def part_notes(part):
    """(onset, release, MIDI note) of each note of a part, in quarters, with ties joined."""
    from music21 import note

    notes, tied = [], {}
    for element in part.flatten().notes:
        length = float(element.quarterLength)
        if length <= 0:  # Grace notes have no duration in the score.
            continue
        onset = float(element.offset)
        for member in element.notes if element.isChord else [element]:
            if not isinstance(member, note.Note):
                continue
            pitch = int(member.pitch.midi)
            tie = (member.tie or element.tie)
            if tie is not None and tie.type in ("continue", "stop") and pitch in tied:
                notes[tied[pitch]][1] = onset + length
            else:
                notes.append([onset, onset + length, pitch])
                tied[pitch] = len(notes) - 1
            if tie is None or tie.type == "stop":
                tied.pop(pitch, None)
    return notes


def convert(job):
    """Converts one score. Returns (source, message), where the message is None on success.

    music21's own MIDI export and its expansion of repeats take minutes for a quartet, so this function writes notes and
    tempi itself and plays repeats once.
    """
    source, target, limit_parts = job
    warnings.simplefilter("ignore")
    from music21 import converter

    temporary = target.with_name("." + target.name + ".part")
    try:
        score = converter.parse(str(source))
        parts = list(score.parts)
        if not parts:
            return source, "has no parts"
        if limit_parts and len(parts) > limit_parts:
            return source, f"has {len(parts)} parts, more than {limit_parts}"
        tempo_events = []
        for start, _, mark in score.metronomeMarkBoundaries():
            quarters = mark.getQuarterBPM() or 96
            tempo = min(max(int(60e6 / quarters), 1), 0xFFFFFF)
            tempo_events.append((int(start * TICKS), 0, b"\xff\x51\x03" + tempo.to_bytes(3, "big")))
        tracks = [track_bytes(tempo_events)]
        channels = [channel for channel in range(16) if channel != 9]
        for index, part in enumerate(parts):
            channel = channels[index % len(channels)]
            name = (part.partName or f"Part {index + 1}").encode()[:100]
            events = [
                (0, 0, b"\xff\x03" + variable_length(len(name)) + name),
                (0, 1, bytes([0xC0 | channel, program_for(part, index, len(parts)) & 0x7F])),
            ]
            for onset, release, pitch in part_notes(part):
                if 0 <= pitch <= 127:
                    start, end = round(onset * TICKS), round(release * TICKS)
                    events.append((start, 3, bytes([0x90 | channel, pitch, 64])))
                    events.append((max(end, start + 1), 2, bytes([0x80 | channel, pitch, 64])))
            tracks.append(track_bytes(events))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS) + b"".join(tracks))
        os.replace(temporary, target)
        return source, None
    except Exception as problem:
        temporary.unlink(missing_ok=True)
        return source, f"cannot be converted: {type(problem).__name__}: {problem}".splitlines()[0]


def files_below(path):
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
    elif path.suffix.lower() in SUFFIXES:
        yield path
    else:
        print(f"{path} is neither a folder nor MusicXML: skipped.", file=sys.stderr)


def corpus_files(selection):
    from music21 import corpus

    if selection == "chorales":
        # The chorales are the bwv files with four parts. --parts can exclude larger works.
        return [Path(p) for p in corpus.getComposer("bach") if re.match(r"bwv\d+.*\.(mxl|xml)$", Path(p).name)]
    raise ValueError(selection)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", nargs="*", type=Path, help="MusicXML files, or folders of them")
    parser.add_argument("--out", required=True, type=Path, help="folder for the MIDI files; created if missing")
    parser.add_argument("--corpus", choices=["chorales"], action="append", default=[],
                        help="also convert these pieces from music21's corpus")
    parser.add_argument("--parts", type=int, default=0, metavar="N", help="skip scores with more than N parts")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="parallel processes (default: 2)")
    arguments = parser.parse_args()
    if not arguments.scores and not arguments.corpus:
        parser.error("name at least one score or --corpus")
    try:
        import music21  # noqa: F401
    except ImportError:
        sys.exit("music21 was not found; install it with pip install music21.")

    sources = []
    for path in arguments.scores:
        if not path.exists():
            sys.exit(f"'{path}' does not exist.")
        sources += files_below(path)
    for selection in arguments.corpus:
        sources += corpus_files(selection)
    jobs = [(source, arguments.out / (source.stem + ".mid"), arguments.parts) for source in sources]
    jobs = [job for job in jobs if not job[1].exists()]
    already = len(sources) - len(jobs)
    failed = 0
    with multiprocessing.Pool(max(1, arguments.jobs)) as pool:
        for done, (source, problem) in enumerate(pool.imap_unordered(convert, jobs), 1):
            if problem:
                failed += 1
                print(f"\r{source} {problem}: skipped.", file=sys.stderr)
            print(f"\r{done}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    print(f"\r{len(jobs) - failed} converted, {already} already present, {failed} skipped.", file=sys.stderr)
    if sources and failed == len(sources):
        sys.exit(65)


if __name__ == "__main__":
    main()
