"""Runs notelab, writes small inputs for it, and reads its results."""
import json
import math
import os
import struct
import subprocess
import wave
from pathlib import Path

RATE = 44100
# Open MPI needs these where everything runs as root on few cores, as in a container.
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
# The largest difference of weights that come from the same sums in another order; the largest weight is near 0.1.
TOLERANCE = 1e-4
TUNE = [
    60, 64, 67, 72, 71, 67, 65, 62, 60, 57, 65, 69, 67, 59, 62, 67, 64, 72, 76, 74, 72, 69, 66, 62, 67, 71, 74, 65, 64,
    60, 55, 60]


class Notelab:
    """The program `notelab`, whose arguments may be of any type that has a string."""

    def __init__(self, path):
        self.path = path

    def __call__(self, *arguments, launcher=()):
        """Runs the program to its end, behind the words of `launcher` if there are any."""
        return subprocess.run(
            [*launcher, self.path, *map(str, arguments)], capture_output=True, text=True, timeout=300,
            env=dict(os.environ, **MPI))

    def start(self, *arguments):
        """Starts the program; the caller waits for it, or interrupts or kills it."""
        return subprocess.Popen(
            [self.path, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def dataset(folder, recordings=3, seconds=3):
    """Writes recordings of sine tones with their labels, and returns `folder`."""
    folder.mkdir()
    for index in range(recordings):
        samples = [0.0] * (seconds * RATE)
        rows = ["start_time,end_time,instrument,note,start_beat,end_beat,note_value"]
        for place, note in enumerate([57, 64, 69, 76]):
            start = place * 30000 + index * 3000
            end = min(start + 25000, len(samples))
            frequency = 440 * 2 ** ((note - 69) / 12)
            for at in range(start, end):
                samples[at] += 0.25 * math.sin(2 * math.pi * frequency * at / RATE)
            rows.append(f"{start},{end},1,{note},{place}.0,1.0,Quarter")
        with wave.open(str(folder / f"{index}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(b"".join(struct.pack("<h", int(32767 * s)) for s in samples))
        (folder / f"{index}.csv").write_text("\n".join(rows) + "\n")
    return folder


def recipe(path, steps=12, **changes):
    """Writes a training recipe of a toy network, with `changes` of its values, and returns `path`."""
    value = {
        "name": "toy", "window": 2048, "label_offset": 1024, "loss": "square",
        "architecture": {"normalizes_window": True, "heads": ["sounding"], "layers": [
            {"layer": "convolution", "filters": 24, "width": 1024, "stride": 256}, {"layer": "log_relu"},
            {"layer": "average_pool", "width": 2, "step": 1}, {"layer": "linear", "outputs": 128, "bias": True}]},
        "optimizer": {"kind": "sgd", "rate": 1.0, "momentum": 0.5}, "initialization": "sinusoids",
        "batch": 7, "steps": steps, "averaging": 0.9, "checkpoint_every": 2, "probe_every": 4}
    value.update(changes)
    path.write_text(json.dumps(value))
    return path


def tensors(path):
    """The values of each tensor in a safetensors file of 32-bit floats."""
    data = Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__")
    result = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        result[name] = struct.unpack(f"<{(end - begin) // 4}f", data[8 + length + begin:8 + length + end])
    return result


def difference(first, second):
    """The largest difference between two models' weights, leaving out the worst one in a thousand.

    AdamW divides a gradient by its own magnitude. Where the gradient is near zero, rounding alone, which depends on the
    order of summation, can move a weight by a whole step.
    """
    a, b = tensors(first), tensors(second)
    assert a.keys() == b.keys() and a, "the models contain different tensors"
    gaps = sorted(abs(x - y) for name in a for x, y in zip(a[name], b[name]))
    return gaps[-1 - len(gaps) // 1000]


def variable_length(value):
    """A MIDI variable-length quantity."""
    data = [value & 0x7F]
    while value > 0x7F:
        value >>= 7
        data.insert(0, value & 0x7F | 0x80)
    return bytes(data)


def score(path, tune=TUNE):
    """Writes a MIDI file with a note of `tune` on each quarter, 120 a minute, and returns `path`. None is a rest."""
    events, rest = [b"\x00\xff\x03\x04Tune"], 0
    for note in tune:
        if note is None:
            rest += 480
            continue
        events += [variable_length(rest), bytes([0x90, note, 80]), variable_length(480), bytes([0x80, note, 64])]
        rest = 0
    body = b"".join(events) + b"\x00\xff\x2f\x00"
    path.write_bytes(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(body)) + body)
    return path


def performance(path, tune=TUNE, start=1.0, pace=0.6):
    """Writes a recording of `tune`, one decaying note every `pace` seconds, and returns the onset times."""
    samples = [0.0] * int((start + pace * len(tune) + 1) * RATE)
    times = [start + pace * index for index in range(len(tune))]
    for note, time_ in zip(tune, times):
        frequency = 440 * 2 ** ((note - 69) / 12)
        first = int(time_ * RATE)
        for at in range(int(pace * RATE)):
            age = at / RATE
            level = 0.3 * math.exp(-3 * age)
            samples[first + at] += level * sum(
                math.sin(2 * math.pi * frequency * harmonic * age) / harmonic ** 2 for harmonic in (1, 2, 3))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *(int(32767 * max(-1, min(1, s))) for s in samples)))
    return times


def aligned_starts(path):
    """The onset in seconds of each beat in a file of labels."""
    lines = path.read_text().splitlines()
    assert lines[0] == "start_time,end_time,instrument,note,start_beat,end_beat,note_value", lines[0]
    return {float(row.split(",")[4]): int(row.split(",")[0]) / RATE for row in lines[1:]}
