#!/usr/bin/env python3
"""Measures the figures in Benchmarks/thresholds.json and fails if one exceeds its threshold.

  Scripts/check-benchmarks.py [--programs FOLDER] [--thresholds FILE] [--json]
  Scripts/check-benchmarks.py --self-test      check the comparison itself

All figures are counts or ratios, so that the speed of the machine does not matter. Benchmarks/README.md describes them
and how to change a threshold. The programs must be a release build: unoptimized loops allocate.

Exit status: 0 if every figure is within its threshold, 1 if not, 66 if a program is missing, 69 if a measurement fails.
"""
import argparse
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import wave

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "Models/default.safetensors"
RECORDING = ROOT / "Demo/prelude.ogg"
SCORE = ROOT / "Demo/prelude.mid"
# Seconds of the daemon's run: the warm-up, in which buffers are allocated, and the measurement.
WARM_UP, SECONDS = 3, 6
HOPS_PER_SECOND = 44100 / 512
# As many as Benchmarks/shared_counter.c shares.
RECORD, RECORDS = "<i4xq", 4096


class Failure(Exception):
    """A measurement that could not be made."""


def build_counter(folder):
    """Compiles the library that counts allocations when preloaded."""
    library = folder / "counter.so"
    result = subprocess.run(
        [os.environ.get("CC", "gcc"), "-O2", "-shared", "-fPIC", "-ftls-model=initial-exec", "-Wall", "-Werror",
         "-I", ROOT / "Tests/AllocationCounter/include", ROOT / "Benchmarks/shared_counter.c", "-o", library],
        capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure(f"the allocation counter does not compile: {result.stderr}")
    return library


def bench(programs, *arguments, environment=None):
    """The JSON objects that a benchmark of notelab prints."""
    result = subprocess.run(
        [programs / "notelab", "bench", *map(str, arguments)], env=environment, capture_output=True, text=True,
        timeout=600)
    if result.returncode != 0:
        raise Failure(f"notelab bench {arguments[0]} failed: {result.stderr.strip()}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def engine_figures(programs):
    """The cost of a streamed hop as a share of evaluating its whole window, both by processor time in one run."""
    rows = bench(programs, "engine", "--hops", 500, "--json")
    rows += bench(programs, "engine", MODEL, "--hops", 500, "--json")
    names = {64: "paper, stride 64", 8: "paper, stride 8", None: "default model"}
    return {f"share of a whole window's cost: {names[row.get('stride')]}": row["hop_us"] / row["window_us"]
            for row in rows}


def allocation_figures(programs, counter):
    """Allocations a hop of the engine, the note tracker and the followers."""
    (row,) = bench(
        programs, "allocations", MODEL, environment=dict(os.environ, LD_PRELOAD=str(counter)))
    if row["notes"] < 50:
        raise Failure(f"the tracker published only {row['notes']} notes")
    figures = {"engine": row["engine"], "tracker": row["tracker"]}
    figures |= {f"follower, {method}": count for method, count in row["follower"].items()}
    return {f"allocations a hop: {name}": count for name, count in figures.items()}


class Daemon:
    """A `noted` that plays the demo performance to itself, its lines on the socket, and its allocations by thread."""

    def __init__(self, programs, folder, counter, source=RECORDING, score=SCORE):
        self.counts = folder / "counts"
        self.counts.write_bytes(bytes(struct.calcsize(RECORD) * RECORDS))
        self.log = folder / "noted.log"
        path = str(folder / "socket")
        environment = dict(os.environ, LD_PRELOAD=str(counter), ALLOCATION_COUNTS=str(self.counts))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [programs / "noted", "--socket", path, "--source", f"file:{source}", "--model", MODEL]
                + (["--score", score] if score else []),
                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + 20
        while self.socket.connect_ex(path) != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"noted did not start: {self.log.read_text()}")
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(10)

    def read(self, seconds):
        """The bytes that arrive within so many seconds."""
        data, deadline = b"", time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                part = self.socket.recv(1 << 16)
            except socket.timeout:
                break
            if not part:
                raise Failure(f"noted closed the connection: {self.log.read_text()}")
            data += part
        return data

    def status(self):
        """The result of a `status` request."""
        self.socket.sendall(b'{"jsonrpc":"2.0","id":1,"method":"status"}\n')
        deadline, data = time.monotonic() + 10, b""
        while time.monotonic() < deadline:
            data += self.read(0.1)
            for line in data.split(b"\n")[:-1]:
                message = json.loads(line)
                if message.get("id") == 1:
                    return message["result"]
        raise Failure("noted does not answer a status request")

    def wake_ups(self, name):
        """How often the thread with that name has waited so far."""
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == name:
                status = (task / "status").read_text()
                return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])
        raise Failure(f"noted has no thread named '{name}'")

    def allocations(self, name):
        """Allocations so far of the thread with that name."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        threads = {int(task.name) for task in tasks.iterdir() if (task / "comm").read_text().strip() == name}
        counts = [count for thread, count in struct.iter_unpack(RECORD, self.counts.read_bytes()) if thread in threads]
        if len(threads) != 1 or len(counts) != 1:
            raise Failure(f"noted has {len(threads)} threads named '{name}', with {len(counts)} counts")
        return counts[0]


def daemon_figures(programs, counter, folder):
    """Allocations a hop of the capture thread, and the bytes of published lines, newline included."""
    with Daemon(programs, folder, counter) as daemon:
        data = daemon.read(WARM_UP)
        before = daemon.allocations("capture")
        data += daemon.read(SECONDS)
        allocations = daemon.allocations("capture") - before
    lines = {}
    # The last part is not a whole line.
    for line in data.split(b"\n")[:-1]:
        lines.setdefault(json.loads(line).get("method"), []).append(len(line) + 1)
    for method, least in (("note_on", 20), ("note_off", 20), ("position", 100)):
        if len(lines.get(method, [])) < least:
            raise Failure(f"noted published {len(lines.get(method, []))} {method} lines in {WARM_UP + SECONDS} s")
    return {
        "allocations a hop: capture": allocations / (SECONDS * HOPS_PER_SECOND),
        "bytes of a note: longest note_on and note_off": max(lines["note_on"]) + max(lines["note_off"]),
        "bytes of a position: longest": max(lines["position"]),
    }


def silence_figures(programs, counter, folder):
    """How much of the work goes on in silence. The file is played in real time and outlasts the measurement."""
    path = folder / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 44100, 0, "NONE", ""))
        file.writeframes(bytes(2 * 44100 * 60))
    with Daemon(programs, folder, counter, source=path, score=None) as daemon:
        daemon.read(WARM_UP)
        before, wake_ups, began = daemon.status()["counters"], daemon.wake_ups("analysis"), time.monotonic()
        daemon.read(SECONDS)
        wake_ups = (daemon.wake_ups("analysis") - wake_ups) / (time.monotonic() - began)
        after = daemon.status()["counters"]
    hops = after["hops"] - before["hops"]
    if hops < SECONDS * HOPS_PER_SECOND / 2:
        raise Failure(f"noted took only {hops} hops in {SECONDS} s")
    return {
        "silence: share of the hops evaluated": 1 - (after["rested_hops"] - before["rested_hops"]) / hops,
        "silence: wake-ups a second of the analysis": wake_ups,
    }


def measure(programs):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        counter = build_counter(folder)
        return {
            **allocation_figures(programs, counter), **daemon_figures(programs, counter, folder),
            **silence_figures(programs, counter, folder), **engine_figures(programs),
        }


def excesses(figures, thresholds):
    """One sentence for each figure above its threshold, without one, or not measured."""
    found = [f"'{name}' has no threshold" for name in figures if name not in thresholds]
    found += [f"'{name}' was not measured" for name in thresholds if name not in figures]
    # Not >: a figure that is not a number must fail, too.
    found += [f"'{name}' is {figures[name]:g}, above its threshold of {thresholds[name]:g}"
              for name in figures if name in thresholds and not figures[name] <= thresholds[name]]
    return found


def self_test():
    nan = float("nan")
    cases = [
        ({"a": 0, "b": 0.5}, {"a": 0, "b": 0.5}, 0), ({"a": 1 / 1000}, {"a": 0}, 1), ({"a": nan}, {"a": 1}, 1),
        ({"a": 1}, {}, 1), ({}, {"a": 1}, 1), ({"a": 2, "b": 2}, {"a": 1, "b": 1}, 2),
    ]
    wrong = [case for case in cases if len(excesses(case[0], case[1])) != case[2]]
    for figures, thresholds, count in wrong:
        print(f"check-benchmarks: self-test: {figures} against {thresholds} should give {count}", file=sys.stderr)
    return not wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--thresholds", type=pathlib.Path, default=ROOT / "Benchmarks/thresholds.json")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--self-test", action="store_true", help="check the comparison itself")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(0 if self_test() else 1)
    thresholds = json.loads(options.thresholds.read_text())
    for name in ("noted", "notelab"):
        if not (options.programs / name).exists():
            print(f"check-benchmarks: {options.programs / name} is missing; build it first", file=sys.stderr)
            sys.exit(66)
    try:
        figures = measure(options.programs.resolve())
    except Failure as failure:
        print(f"check-benchmarks: {failure}", file=sys.stderr)
        sys.exit(69)
    if options.json:
        print(json.dumps(figures, indent=4))
    else:
        for name, figure in figures.items():
            print(f"{name:60} {figure:10.4g}   at most {thresholds.get(name, float('nan')):g}")
    found = excesses(figures, thresholds)
    for sentence in found:
        print(f"check-benchmarks: {sentence}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
