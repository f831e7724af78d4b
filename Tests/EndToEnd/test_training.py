"""Training: on several processes, killed and resumed, with invalid input, and for the paper's tables."""
import json
import os
import signal
import subprocess
import time
import xml.dom.minidom
from pathlib import Path

from laboratory import TOLERANCE, dataset, difference, recipe, tensors

ROOT = Path(__file__).resolve().parent.parent.parent


def test_processes(notelab, folder):
    """Two MPI processes arrive at the same weights as one process with the same batch."""
    data = dataset(folder / "data")
    spectral = {
        "window": 16384, "label_offset": 8192, "windows_per_excerpt": 2, "optimizer": {"kind": "adamw", "rate": 0.001},
        "architecture": {"heads": ["sounding"], "normalizes_window": False, "layers": [
            {"layer": "convolution", "filters": 8, "width": 2048, "stride": 64}, {"layer": "log_relu"},
            {"layer": "average_pool", "width": 16, "step": 8}, {"layer": "linear", "outputs": 128}]}}
    for name, form in (("direct", {}), ("spectral", spectral)):
        plan = recipe(folder / f"{name}.json", **form)
        models = []
        for processes in (1, 2):
            out = folder / f"{name}-{processes}.safetensors"
            launcher = [] if processes == 1 else ["mpirun", "-n", "2"]
            result = notelab(
                "train", plan, "--dataset", data, "--probe", data, "--out", out, "--threads", 1, launcher=launcher)
            assert result.returncode == 0, f"{processes} processes: {result.stderr}"
            models.append(out)
        worst = difference(*models)
        assert worst < TOLERANCE, f"{name}: weights differ by {worst}"
        initial = folder / f"{name}-initial.safetensors"
        result = notelab(
            "train", recipe(folder / "one.json", steps=1, **form), "--dataset", data, "--out", initial)
        assert difference(models[0], initial) > 10 * TOLERANCE, f"{name}: the weights did not change"
    few = notelab(
        "train", recipe(folder / "few.json", batch=1), "--dataset", data, "--out", folder / "few.safetensors",
        launcher=["mpirun", "-n", "2"])
    assert few.returncode != 0 and "batch of 1 cannot be divided among" in few.stderr, few.stderr


def test_kill_and_resume(notelab, folder):
    """A run killed at any time and resumed ends with the same weights as an uninterrupted one."""
    data = dataset(folder / "data")
    plan = recipe(folder / "recipe.json", steps=400)
    whole = folder / "whole.safetensors"
    result = notelab("train", plan, "--dataset", data, "--probe", data, "--out", whole, "--threads", 2)
    assert result.returncode == 0, result.stderr
    out = folder / "killed.safetensors"
    checkpoint = folder / "killed.safetensors.checkpoint"
    kills = 0
    for attempt in range(30):
        resume = ["--resume", checkpoint] if checkpoint.exists() else []
        run = notelab.start(
            "train", plan, "--dataset", data, "--probe", data, "--out", out, "--threads", 2, *resume)
        try:
            _, said = run.communicate(timeout=0.25 + 0.15 * attempt)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.communicate()
            kills += 1
            continue
        assert run.returncode == 0, said
        break
    assert kills >= 1 and out.exists(), f"killed {kills} times, finished: {out.exists()}"
    assert tensors(whole) == tensors(out), "the resumed run's weights differ"
    steps = [json.loads(line)["step"] for line in open(str(checkpoint) + ".jsonl")]
    assert steps == sorted(set(steps)) and steps[-1] == 400, f"the log's steps are {steps}"


def test_training_errors(notelab, folder):
    """Invalid recipes, data and checkpoints get one message that names them, and the right exit code."""
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
        assert result.returncode == status, f"{arguments[1]}: exit {result.returncode}, not {status}: {result.stderr}"
        assert len(said) == 1 and words in said[0], f"{arguments[1]}: {result.stderr}"


def test_reproduction(programs, folder):
    """Scripts/reproduce.sh, interrupted and restarted, trains every row and writes tables and figures."""
    train, test = dataset(folder / "train"), dataset(folder / "test", recordings=2)
    recipes = folder / "recipes"
    recipes.mkdir()
    recipe(recipes / "base.json", steps=150, optimizer={"kind": "adamw", "rate": 0.003})
    layers = {
        "mlp-2500-2048": [
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
    environment = dict(os.environ, NOTELAB=str(programs / "notelab"))
    command = [ROOT / "Scripts/reproduce.sh", train, test, folder / "out", recipes]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(1.5)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    table = (folder / "out" / "table-3.md").read_text()
    places = [table.find(f"row {order}") for order in range(3)]
    assert -1 not in places and places == sorted(places), table
    report = json.loads((folder / "out" / "models" / "mlp-2500-2048.report.json").read_text())
    precision = report["all"]["averagePrecision"]
    assert precision > 0.5, f"the average precision on four sine tones is {precision}"
    figures = sorted(path.name for path in (folder / "out" / "figures").iterdir())
    for name in (
            "curves.svg", "training.svg", "curves-avgpool-2.svg", "filters-mlp-2500-2048.svg", "notes-avgpool-2.svg"):
        assert name in figures, f"{name} is missing in {figures}"
    for path in (folder / "out" / "figures").iterdir():
        xml.dom.minidom.parse(str(path))
