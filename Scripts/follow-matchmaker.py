#!/usr/bin/env python3
"""Follows pairs with matchmaker, a library of score followers, and writes positions that notelab can evaluate.

  PYTHON Scripts/follow-matchmaker.py PAIRS... --out FOLDER [--method arzt:lse]
  notelab evaluate-following PAIRS... --judge FOLDER

PYTHON has pymatchmaker and soundfile. PAIRS are folders with score.mid, audio.* and reference.csv, or folders of such.
A method is NAME:PROCESSOR of matchmaker (arzt:lse, arzt:chroma, dixon:lse, skf). Pairs whose FOLDER/NAME.csv exists
are skipped, so that an interrupted run can be continued.

The publication time of a position is the end of the audio block that it was computed from. matchmaker needs the first
block before it starts, so it publishes frame k after k + 2 hops.
"""
import argparse
import contextlib
import copy
import io
import os
import pathlib
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")


def pairs(folders):
    for folder in map(pathlib.Path, folders):
        for place in [folder, *sorted(folder.iterdir())]:
            sounds = sorted(place.glob("audio.*")) if place.is_dir() else []
            if sounds and (place / "score.mid").exists() and (place / "reference.csv").exists():
                yield place.resolve().name, str(place / "score.mid"), str(sounds[0])


def follow(score, sound, method, processor):
    """(publication time, beat in quarter notes) of each frame, and the processor time per frame, in seconds."""
    import matchmaker.matchmaker as peer

    options = copy.deepcopy(peer.DEFAULT_KWARGS["audio"].get(method, {}))
    with contextlib.redirect_stdout(io.StringIO()):
        follower = peer.Matchmaker(score_file=score, performance_file=sound, input_type="audio", method=method,
                                   processor=processor or None, kwargs=options)
        begin, beats = time.process_time(), []
        for beat in follower.run(verbose=False):
            beats.append(float(beat))
        cost = time.process_time() - begin
    part, hop = follower.score_part, follower.hop_length / follower.sample_rate
    quarters = [float(part.quarter_map(part.inv_beat_map(beat))) for beat in beats]
    return [((frame + 2) * hop, beat) for frame, beat in enumerate(quarters)], cost / max(1, len(beats))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="PAIRS")
    parser.add_argument("--out", required=True, metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--method", default="arzt:lse", metavar="NAME:PROCESSOR")
    arguments = parser.parse_args()
    method, _, processor = arguments.method.partition(":")
    import soundfile

    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, score, sound in pairs(arguments.folders):
        target = arguments.out / f"{name}.csv"
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            wave = os.path.join(folder, "audio.wav")
            samples, rate = soundfile.read(sound, dtype="float32", always_2d=True)
            soundfile.write(wave, samples.mean(axis=1), rate)
            rows, cost = follow(score, wave, method, processor)
        lines = ["published_s,score_beat,score_s,tempo_bpm,state,confidence"]
        # matchmaker reports no state, confidence or tempo. notelab takes the score's seconds from the reference.
        lines += [f"{seconds:.6f},{beat:.6f},0,0,following,1" for seconds, beat in rows]
        part = target.with_suffix(".partial")
        part.write_text("\n".join(lines) + "\n")
        part.replace(target)
        print(f"{name}: {len(rows)} frames, {1000 * cost:.2f} ms each", flush=True)


if __name__ == "__main__":
    main()
