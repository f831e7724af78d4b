#!/usr/bin/env python3
"""The laboratory from outside: training by several processes, killed and resumed, and what it says of bad input.

    laboratory.py PROGRAMS [WORD...]     PROGRAMS is the folder that holds notelab; only tests whose name holds a WORD
"""
import contextlib
import json
import math
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import wave
import xml.dom.minidom
from pathlib import Path

from runner import run

PROGRAMS = sys.argv[1] if len(sys.argv) > 1 else None
RATE = 44100
# Open MPI asks for these where everything runs as root on few cores, as in a container.
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
# Weights of two ways to add up the same numbers; the largest weight here is near 0.1.
TOLERANCE = 1e-4


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def notelab(*arguments, launcher=(), **options):
    command = [*launcher, os.path.join(PROGRAMS, "notelab"), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=dict(os.environ, **MPI), **options)


def dataset(folder, recordings=3, seconds=3):
    """Recordings of sine notes with labels."""
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
    """All numbers of a safetensors file of 32-bit floats."""
    data = Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__")
    result = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        check(entry["dtype"] == "F32", f"{name} is {entry['dtype']}")
        result[name] = struct.unpack(f"<{(end - begin) // 4}f", data[8 + length + begin:8 + length + end])
    return result


def difference(first, second):
    a, b = tensors(first), tensors(second)
    check(a.keys() == b.keys() and a, "the models hold other tensors")
    return max(abs(x - y) for name in a for x, y in zip(a[name], b[name]))


def test_processes(folder):
    """Two MPI processes end with the weights that one process with the same batch does."""
    data = dataset(folder / "data")
    for name, form in (("direct", {}), ("spectral", {
            "window": 16384, "label_offset": 8192, "windows_per_excerpt": 2, "optimizer": {"kind": "adamw", "rate": 0.001},
            "architecture": {"heads": ["sounding"], "normalizes_window": False, "layers": [
                {"layer": "convolution", "filters": 8, "width": 2048, "stride": 64}, {"layer": "log_relu"},
                {"layer": "average_pool", "width": 16, "step": 8}, {"layer": "linear", "outputs": 128}]}})):
        plan = recipe(folder / f"{name}.json", **form)
        models = []
        for processes in (1, 2):
            out = folder / f"{name}-{processes}.safetensors"
            launcher = [] if processes == 1 else ["mpirun", "-n", "2"]
            result = notelab(
                "train", plan, "--dataset", data, "--probe", data, "--out", out, "--threads", 1, launcher=launcher)
            check(result.returncode == 0, f"{processes} processes: {result.stderr}")
            models.append(out)
        worst = difference(*models)
        check(worst < TOLERANCE, f"{name}: weights differ by {worst}")
        initial = folder / f"{name}-initial.safetensors"
        result = notelab(
            "train", recipe(folder / "one.json", steps=1, **form), "--dataset", data, "--out", initial)
        check(difference(models[0], initial) > 10 * TOLERANCE, f"{name}: nothing was learned, so nothing is compared")
    few = notelab(
        "train", recipe(folder / "few.json", batch=1), "--dataset", data, "--out", folder / "few.safetensors",
        launcher=["mpirun", "-n", "2"])
    check(few.returncode != 0 and "batch of 1 cannot be shared out" in few.stderr, few.stderr)


def test_kill_and_resume(folder):
    """A run killed at any moment and resumed ends with the weights of one that was never stopped."""
    data = dataset(folder / "data")
    plan = recipe(folder / "recipe.json", steps=400)
    whole = folder / "whole.safetensors"
    result = notelab("train", plan, "--dataset", data, "--probe", data, "--out", whole, "--threads", 2)
    check(result.returncode == 0, result.stderr)
    out = folder / "killed.safetensors"
    checkpoint = folder / "killed.safetensors.checkpoint"
    kills = 0
    for attempt in range(30):
        resume = ["--resume", checkpoint] if checkpoint.exists() else []
        run = subprocess.Popen(
            [os.path.join(PROGRAMS, "notelab"), "train", plan, "--dataset", data, "--probe", data, "--out", out,
             "--threads", "2", *resume], stderr=subprocess.PIPE, text=True)
        try:
            _, said = run.communicate(timeout=0.25 + 0.15 * attempt)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.communicate()
            kills += 1
            continue
        check(run.returncode == 0, said)
        break
    check(kills >= 1 and out.exists(), f"killed {kills} times, finished: {out.exists()}")
    check(tensors(whole) == tensors(out), "the resumed run's weights differ")
    steps = [json.loads(line)["step"] for line in open(str(checkpoint) + ".jsonl")]
    check(steps == sorted(set(steps)) and steps[-1] == 400, f"the log's steps are {steps}")


def test_training_errors(folder):
    """Bad recipes, data and checkpoints get one sentence that names them, and the right exit code."""
    data = dataset(folder / "data", recordings=1)
    plan = recipe(folder / "recipe.json")
    out = folder / "model.safetensors"
    (folder / "empty").mkdir()
    (folder / "circle.json").write_text('{"base": "circle.json"}')
    (folder / "broken.json").write_text("{")
    cases = [
        (["train", folder / "none.json", "--dataset", data, "--out", out], 66, "none.json"),
        (["train", folder / "broken.json", "--dataset", data, "--out", out], 65, "broken.json"),
        (["train", folder / "circle.json", "--dataset", data, "--out", out], 65, "circle"),
        (["train", recipe(folder / "key.json", stepz=3), "--dataset", data, "--out", out], 65, "stepz"),
        (["train", recipe(folder / "fixed.json", fixed_layers=[9]), "--dataset", data, "--out", out], 65, "layer 9"),
        (["train", plan, "--dataset", folder / "empty", "--out", out], 65, "empty"),
        (["train", plan, "--dataset", folder / "nowhere", "--out", out], 66, "nowhere"),
        (["train", plan, "--dataset", data, "--out", folder / "no" / "where.safetensors"], 74, "where"),
        (["train", plan, "--dataset", data, "--out", out, "--resume", plan], 65, "recipe.json"),
        (["train", recipe(folder / "wild.json", optimizer={"kind": "sgd", "rate": 900}, steps=4000), "--dataset", data,
          "--out", out], 65, "lower the recipe's rate"),
    ]
    for arguments, status, words in cases:
        result = notelab(*arguments)
        said = [line for line in result.stderr.replace("\r", "\n").split("\n") if line.startswith("notelab: ")]
        check(result.returncode == status, f"{arguments[1]}: exit {result.returncode}, not {status}: {result.stderr}")
        check(len(said) == 1 and words in said[0], f"{arguments[1]}: {result.stderr}")


def test_reproduction(folder):
    """Scripts/reproduce.sh: rows trained, interrupted and gone on with, tables and figures made."""
    train, test = dataset(folder / "train"), dataset(folder / "test", recordings=2)
    recipes = folder / "recipes"
    recipes.mkdir()
    recipe(recipes / "base.json", steps=150, optimizer={"kind": "adamw", "rate": 0.003})
    layers = {"mlp-2500-2048": [
        {"layer": "convolution", "filters": 20, "width": 2048, "stride": 1}, {"layer": "log_relu"},
        {"layer": "linear", "outputs": 128}],
        "log-spectrogram-2048": [
            {"layer": "fourier", "width": 2048}, {"layer": "pairs", "by": "power"}, {"layer": "log_relu"},
            {"layer": "linear", "outputs": 128}],
        "avgpool-2": [
            {"layer": "convolution", "filters": 20, "width": 2048, "stride": 2}, {"layer": "log_relu"},
            {"layer": "average_pool", "width": 9, "step": 9}, {"layer": "linear", "outputs": 128}]}
    for order, (name, stack) in enumerate(layers.items()):
        (recipes / f"{name}.json").write_text(json.dumps({
            "base": "base.json", "name": name, "representation": f"row {order}", "table_order": order,
            "window": 2064 if name == "avgpool-2" else 2048, "architecture": {"layers": stack}}))
    script = Path(__file__).resolve().parent.parent.parent / "Scripts" / "reproduce.sh"
    environment = dict(os.environ, NOTELAB=os.path.abspath(os.path.join(PROGRAMS, "notelab")))
    command = [script, train, test, folder / "out", recipes]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(1.5)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    check(result.returncode == 0, result.stderr)
    table = (folder / "out" / "table-3.md").read_text()
    places = [table.find(f"row {order}") for order in range(3)]
    check(-1 not in places and places == sorted(places), table)
    report = json.loads((folder / "out" / "models" / "mlp-2500-2048.report.json").read_text())
    precision = report["all"]["averagePrecision"]
    check(precision > 0.5, f"a network that learned four sine tones has an average precision of {precision}")
    figures = sorted(path.name for path in (folder / "out" / "figures").iterdir())
    for name in ("curves.svg", "training.svg", "curves-avgpool-2.svg", "filters-mlp-2500-2048.svg", "notes-avgpool-2.svg"):
        check(name in figures, f"{name} is missing in {figures}")
    for path in (folder / "out" / "figures").iterdir():
        xml.dom.minidom.parse(str(path))


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    if not PROGRAMS:
        raise SystemExit(__doc__)
    run(dict(globals()), temporary_folder, sys.argv[2:])
