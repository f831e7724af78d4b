#!/usr/bin/env python3
"""Runs the daemon for a long time under faults and misbehaving clients, and reports whether anything grew.

  Scripts/soak.py --minutes 30 [--seed N] [--pipewire]    in real time, through a private sound server
  Scripts/soak.py --hours 1 [--seed N]                    audio through standard input, as fast as it goes

Fails if a note is not ended, a response is missing, or memory, threads or descriptors grow after the warm-up. The same
seed gives the same sequence of faults. --programs names another folder than the release build. docs/daemon.md lists
the limits and results.
"""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
sys.dont_write_bytecode = True

from pipewire_rig import PipeWireRig  # noqa: E402
from rig import Rig  # noqa: E402
from soak import FastSoak, LiveSoak  # noqa: E402


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, help="real time; at least 1")
    length.add_argument("--hours", type=float, help="audio through standard input; at least 0.2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pipewire", action="store_true", help="with --minutes: PipeWire instead of PulseAudio")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    options = parser.parse_args()
    if (options.minutes or 1) < 1 or (options.hours or 1) < 0.2:
        parser.error("the run is too short to tell growth from the warm-up")
    with (PipeWireRig if options.pipewire else Rig)() as rig:
        if options.minutes:
            LiveSoak(options.programs, rig, options.seed, options.minutes).run()
        else:
            FastSoak(options.programs, rig, options.seed, options.hours).run()


if __name__ == "__main__":
    main()
