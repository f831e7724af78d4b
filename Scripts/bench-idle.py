#!/usr/bin/env python3
"""Measures what an idle `noted` costs: processor time and wake-ups by thread, memory, and the time to READY=1.

  Scripts/bench-idle.py [--noted FILE] [--seconds S] [--only none,zeros,noise,pulse] [--hour]

The sources: none; a file of zeros and one of noise at -80 dBFS, both in real time; and the monitor of an idle null sink
of a private PulseAudio server. --hour feeds an hour of the demo performance through a pipe, as fast as it goes, and
prints the resident memory before and after.
"""
import argparse
import array
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import wave

ROOT = pathlib.Path(__file__).resolve().parent.parent
WARM_UP = 3
STARTS = 5


class Daemon:
    """A `noted` that reports to a notification socket, as under systemd. `ready` is the time to READY=1 in seconds."""

    def __init__(self, program, folder, *options, stdin=subprocess.DEVNULL, environment=None):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = f"{folder}/notify-{time.monotonic_ns()}"
        listener.bind(address)
        listener.settimeout(30)
        began = time.monotonic()
        self.process = subprocess.Popen(
            [program, "--socket", f"{folder}/socket", "--log-level", "error", *options], stdin=stdin,
            env=dict(environment or os.environ, NOTIFY_SOCKET=address))
        while b"READY=1" not in listener.recv(4096):
            pass
        self.ready = time.monotonic() - began
        listener.close()

    def threads(self):
        """(processor seconds, voluntary switches) by thread, from the scheduler's own statistics."""
        result = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                seconds = int((task / "schedstat").read_text().split()[0]) * 1e-9
                switches = int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)[1])
                result[task.name, (task / "comm").read_text().strip()] = (seconds, switches)
            except FileNotFoundError:
                pass  # The thread has just ended.
        return result

    def memory(self):
        """Resident megabytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024 / 1e6

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 44100, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def measure(program, folder, name, source, seconds, environment=None):
    daemon = Daemon(program, folder, "--source", source, environment=environment)
    try:
        time.sleep(WARM_UP)
        before, began = daemon.threads(), time.monotonic()
        time.sleep(seconds)
        after, elapsed = daemon.threads(), time.monotonic() - began
        rows = {key: (value[0] - before.get(key, (0, 0))[0], value[1] - before.get(key, (0, 0))[1])
                for key, value in after.items()}
        total = sum(row[0] for row in rows.values()) / elapsed
        wakeups = sum(row[1] for row in rows.values()) / elapsed
        print(f"{name:8} {100 * total:6.3f}% of a core, {wakeups:5.1f} wake-ups/s, {daemon.memory():5.1f} MB resident")
        for (_, comm), (used, switches) in sorted(rows.items(), key=lambda item: -item[1][0])[:3]:
            if used > 1e-5 * elapsed:
                print(f"    {comm:18} {100 * used / elapsed:6.3f}%  {switches / elapsed:6.1f} wake-ups/s")
    finally:
        daemon.stop()


def starts(program, folder):
    times = []
    for _ in range(STARTS):
        daemon = Daemon(program, folder, "--source", "none")
        times.append(1000 * daemon.ready)
        daemon.stop()
    print(f"start to READY=1: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms of {STARTS} starts")


def hour(program, folder):
    """An hour of music through a pipe."""
    music = subprocess.run(
        ["sox", ROOT / "Demo/prelude.ogg", "-r", "44100", "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"],
        check=True, capture_output=True).stdout
    daemon = Daemon(program, folder, "--source", "stdin", "--exit-at-end", stdin=subprocess.PIPE)
    began, first, sent, total = time.monotonic(), None, 0, 3600 * 44100 * 2
    while sent < total:
        part = music[:total - sent]
        daemon.process.stdin.write(part)
        sent += len(part)
        first = first or daemon.memory()
    last = daemon.memory()
    daemon.process.stdin.close()
    daemon.process.wait(60)
    print(f"an hour of music in {time.monotonic() - began:.0f} s: {first:.1f} MB after the first"
          f" {len(music) / 88200:.0f} s, {last:.1f} MB at the end")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noted", default=ROOT / ".build/release/noted")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--only", default="none,zeros,noise,pulse")
    parser.add_argument("--hour", action="store_true")
    options = parser.parse_args()
    wanted = options.only.split(",")
    with tempfile.TemporaryDirectory() as folder:
        starts(options.noted, folder)
        if "none" in wanted:
            measure(options.noted, folder, "none", "none", options.seconds)
        count = int((WARM_UP + options.seconds + 30) * 44100)
        if "zeros" in wanted:
            write_wav(f"{folder}/zeros.wav", array.array("h", bytes(2 * count)))
            measure(options.noted, folder, "zeros", f"file:{folder}/zeros.wav", options.seconds)
        if "noise" in wanted:
            generator = random.Random(1)
            second = array.array("h", (round(generator.gauss(0, 3.3)) for _ in range(44100)))
            write_wav(f"{folder}/noise.wav", second * (count // 44100))
            measure(options.noted, folder, "noise", f"file:{folder}/noise.wav", options.seconds)
        if "pulse" in wanted and "PULSE_SERVER" not in os.environ:
            arguments = [sys.executable, __file__, "--noted", options.noted, "--seconds", str(options.seconds)]
            subprocess.run([ROOT / "Scripts/rig.sh", *arguments, "--only", "pulse"], check=True)
        elif "pulse" in wanted:
            measure(options.noted, folder, "pulse", "pulse:testsink.monitor", options.seconds)
        if options.hour:
            hour(options.noted, folder)


if __name__ == "__main__":
    main()
