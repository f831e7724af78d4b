"""Models from rendered data to figures, and fine-tuning on recordings with their scores."""
import json
import signal
import struct
import time
from pathlib import Path

from laboratory import TOLERANCE, TUNE, dataset, difference, performance, recipe, score

ROOT = Path(__file__).resolve().parent.parent.parent


def metadata(model):
    """The metadata of a safetensors file."""
    data = model.read_bytes()
    return json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])["__metadata__"]


def test_grid_model(notelab, folder):
    """The small recipes at toy size: render, train, fit, evaluate, train on with more maps, compare and measure."""
    pieces = folder / "midi"
    pieces.mkdir()
    score(pieces / "tune.mid", TUNE * 4)
    plan = folder / "render.json"
    small = ROOT / "Models/recipes/grid/small"
    drawn = json.loads((small / "render.json").read_text())
    drawn.update(count=6, excerpt_seconds=[6, 6], medium={"narrow_share": 0.5, "codec_share": 0.5})
    plan.write_text(json.dumps(drawn))
    data = folder / "data"
    result = notelab("dataset", "render", "--recipe", plan, "--input", f"{pieces}:CC0", "--out", data)
    assert result.returncode == 0 and "above its keys" not in result.stderr, result.stderr
    form = json.loads((small / "train.json").read_text())
    for layer in form["architecture"]["layers"]:
        # The shipped architecture with fewer maps, which keeps every kind of layer.
        if layer["layer"] == "grid" and layer["maps"] > 2:
            layer["maps"] = 4
    form.update(steps=20, batch=4, windows_per_excerpt=16, precision="single", probe_every=10, checkpoint_every=10,
                probe_windows=64)
    form["optimizer"].update(rate=0.01, warmup=2)
    train = folder / "train.json"
    train.write_text(json.dumps(form))
    model = folder / "model.safetensors"
    result = notelab("train", train, "--dataset", data, "--probe", data, "--out", model)
    assert result.returncode == 0, result.stderr
    losses = [json.loads(line)["loss"] for line in Path(f"{model}.checkpoint.jsonl").read_text().splitlines()]
    assert losses[-1] < losses[0], f"the loss went from {losses[0]} to {losses[-1]}"
    result = notelab("evaluate", "--dataset", data, "--model", model, "--fit-thresholds", "--write")
    assert result.returncode == 0 and "calibration error" in result.stderr, result.stderr
    assert "onset_advance_s" in result.stdout and "release_advance_s" in result.stdout, result.stdout
    told = metadata(model)
    curve = json.loads(told["confidence"])
    assert {"offset", "slope", "velocity", "repeated", "late"} == set(curve), curve
    result = notelab("evaluate", "--dataset", data, "--model", model, "--json")
    assert result.returncode == 0 and "reliability" in json.loads(result.stdout), result.stderr
    assert json.loads(result.stdout)["lookahead_ms"] > 185, result.stdout
    # Grown like the shipped model: more maps, random frequency responses, and a label nearer to the window's end. Then
    # both models are compared in a table and in figures.
    for layer in form["architecture"]["layers"]:
        if layer.get("maps", 2) > 2:
            layer["maps"] = 6
    larger = folder / "larger.safetensors"
    form["augmentation"]["response_db"] = 6
    train.write_text(json.dumps(dict(form, name="larger", label_offset=13824)))
    result = notelab("train", train, "--dataset", data, "--from", model, "--out", larger)
    assert result.returncode == 0, result.stderr
    both = ["evaluate", "--dataset", data, "--model", model, "--model", larger]
    result = notelab(*both)
    assert result.returncode == 0 and "larger" in result.stdout and "ms ahead" in result.stdout, result.stderr
    assert "vel r" in result.stdout, result.stdout
    # Low thresholds, since models of a few steps give low probabilities.
    result = notelab(*both, "--json", "--on", 0.001, "--off", 0.0005, "--onset", 0.001)
    assert len(json.loads(result.stdout)["models"]) == 2, result.stderr
    report = folder / "report.json"
    report.write_text(result.stdout)
    for kind in ["reliability", "lookahead"]:
        result = notelab("plot", kind, report, "--out", folder / f"{kind}.svg")
        assert result.returncode == 0 and "larger" in (folder / "reliability.svg").read_text(), result.stderr
        result = notelab("plot", kind, train, "--out", "-")
        assert result.returncode == 65 and "train.json" in result.stderr, f"{result.returncode}: {result.stderr}"
    result = notelab(*both, "--fit-thresholds")
    assert result.returncode == 64, result.stderr
    result = notelab("bench", "engine", model, "--hops", 20, "--json")
    assert result.returncode == 0, result.stderr
    measured = json.loads(result.stdout)
    assert measured["name"] == form["name"] and measured["largest_difference"] < 1e-5, measured
    # A spacing that does not divide the network's time steps is refused.
    form["spacing"] = 3
    train.write_text(json.dumps(form))
    result = notelab("train", train, "--dataset", data, "--out", folder / "no.safetensors")
    assert result.returncode == 65 and "spacing" in result.stderr, f"{result.returncode}: {result.stderr}"


def test_fine_tuning(notelab, folder):
    """Fine-tuning on a recording and its score: a run interrupted and resumed, and a model written only if better."""
    # Some seconds, so that the run can be interrupted.
    steps = 200
    tune = score(folder / "tune.mid", TUNE * 4)
    performance(folder / "tune.wav", TUNE * 4)
    others = dataset(folder / "others", recordings=4)
    form = {
        "window": 16384, "label_offset": 8192, "loss": "logistic", "optimizer": {"kind": "adamw", "rate": 0.001},
        "architecture": {"heads": ["sounding", "onset"], "normalizes_window": False, "layers": [
            {"layer": "convolution", "filters": 64, "width": 2048, "stride": 64}, {"layer": "log_relu"},
            {"layer": "average_pool", "width": 16, "step": 8}, {"layer": "linear", "outputs": 256, "bias": True},
            {"layer": "logistic"}]}}
    base = folder / "base.safetensors"
    result = notelab("train", recipe(folder / "base.json", steps=20, **form), "--dataset", others, "--out", base)
    assert result.returncode == 0, result.stderr

    def teach(out, *options, **changes):
        return ["teach", changes.get("score", tune), changes.get("audio", folder / "tune.wav"), "--base", base,
                "--rendered", others, "--rate", 0.005, "--threads", 2, "--out", out, *options]

    whole = folder / "whole.safetensors"
    result = notelab(*teach(whole, "--steps", steps))
    assert result.returncode == 0, result.stderr
    assert "usable for training" in result.stderr and "held out" in result.stderr, result.stderr
    last = result.stdout.splitlines()[-1]
    assert last.startswith("better: AP ") and whole.exists(), result.stdout
    told = metadata(whole)
    plan = json.loads(told["teaching"])
    assert plan["recordings"][0]["name"] == "tune" and plan["recordings"][0]["training_s"] > 30, plan
    assert json.loads(told["evaluation"])["own"]["after"]["average_precision"] > 0.3, told["evaluation"]
    labels = (folder / "whole.safetensors.work" / "labels" / "1-tune.csv").read_text().splitlines()
    assert len(labels) > 3 * len(TUNE), f"{len(labels)} lines of labels"

    # Interrupted and resumed, it gives the same model.
    out = folder / "stopped.safetensors"
    checkpoint = folder / "stopped.safetensors.work" / "checkpoint"
    run = notelab.start(*teach(out, "--steps", steps))
    log = folder / "stopped.safetensors.work" / "checkpoint.jsonl"
    while run.poll() is None and not log.exists():
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    assert run.returncode == 130 and "command with --resume" in said and checkpoint.exists(), f"{run.returncode} {said}"
    other = notelab(*teach(out, "--steps", steps + 1, "--resume"))
    assert other.returncode == 65 and "other settings" in other.stderr, other.stderr
    result = notelab(*teach(out, "--steps", steps, "--resume"))
    assert result.returncode == 0 and out.exists(), result.stderr
    worst = difference(whole, out)
    assert worst < TOLERANCE, f"the resumed run's weights differ by {worst}"

    # A model that is no better is not written.
    out = folder / "same.safetensors"
    result = notelab(*teach(out, "--steps", 1, "--rate", 1e-9))
    assert result.returncode == 0 and not out.exists() and "no better, keep the base model" in result.stdout, (
        result.stdout)
    assert "--force" in result.stderr, result.stderr
    result = notelab(*teach(out, "--steps", 1, "--rate", 1e-9, "--resume", "--force"))
    assert result.returncode == 0 and out.exists(), result.stderr

    # Invalid input.
    performance(folder / "short.wav", TUNE)
    (folder / "text.flac").write_text("no sound")
    out = folder / "none.safetensors"
    foreign = score(folder / "foreign.mid", [note + (7 * index) % 11 for index, note in enumerate(reversed(TUNE * 4))])
    for arguments, status, words in [
            (teach(out, audio=folder / "short.wav", score=score(folder / "short.mid")), 65,
             "usable for training, and 60 s are needed"),
            (teach(out, score=foreign), 65, "usable for training, and 60 s are needed"),
            (teach(out, audio=folder / "text.flac"), 65, "text.flac"),
            (teach(out, audio=folder / "none.wav"), 66, "none.wav"),
            (teach(out, score=folder / "none.mid"), 66, "none.mid"),
            (teach(out, "--base", folder / "none.st"), 66, "none.st"),
            (teach(out, "--labels", folder / "x.csv", "--labels", folder / "x.csv"), 64, "2 times for 1"),
            (["teach", folder / "tune.wav", "--out", out], 64, "no score precedes"),
            (["teach", tune, "--out", out], 64, "not followed by a recording"),
            (teach(out, "--steps", 9, "--minutes", 1), 64, "--minutes"),
            (teach(out, "--resume"), 65, "--resume")]:
        result = notelab(*arguments)
        assert result.returncode == status, f"{arguments}: exit {result.returncode}, not {status}: {result.stderr}"
        assert words in result.stderr, f"{arguments}: {result.stderr}"
    assert not out.exists(), "a model was written despite an error"
