#!/usr/bin/env python3
"""Compares the streaming engine, training and following with onnxruntime, PyTorch and matchmaker, if installed.

  Scripts/bench.py engine    [--notelab PATH]    cost per hop: streamed, whole windows, onnxruntime
  Scripts/bench.py training  [--notelab PATH]    windows per second on the paper's network: ours, PyTorch
  Scripts/bench.py following [--notelab PATH]    cost per hop by length of score: ours, matchmaker

Our figures come from `notelab bench ... --json`. onnxruntime and PyTorch run the same network with random weights, the
engine on one thread and training on one and two threads. Measurements alternate with ours, so that other load affects
all of them. Optional packages: onnxruntime and onnx (engine), torch (training).

matchmaker (following) needs a Python environment of its own, named by $MATCHMAKER_PYTHON (pip install pymatchmaker mido
soundfile). It renders the score before following it; --matchmaker-minutes sets the lengths of its scores.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOP, WINDOW, FILTERS, WIDTH, NOTES = 512, 16384, 500, 2048, 128


def ours(notelab, *arguments):
    text = subprocess.run([notelab, "bench", *arguments, "--json"], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def processor_seconds(action, repeats):
    action()
    begin = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - begin) / repeats


def onnx_session(folder, stride, samples):
    """The paper's network for inputs of `samples` samples. Inputs longer than a window give one output row per hop."""
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(0)
    regions = ((WINDOW - WIDTH) // stride + 1 - 16) // 8 + 1
    step = HOP // (8 * stride)
    tensors = {
        "filters": draw.uniform(-0.1, 0.1, (FILTERS, 1, WIDTH)),
        "linear": draw.uniform(-0.01, 0.01, (NOTES, FILTERS, regions)),
        "one": np.array(1.0),
    }
    nodes = [
        helper.make_node("Conv", ["x", "filters"], ["responses"], strides=[stride]),
        helper.make_node("Relu", ["responses"], ["positive"]),
        helper.make_node("Add", ["positive", "one"], ["shifted"]),
        helper.make_node("Log", ["shifted"], ["logs"]),
        helper.make_node("AveragePool", ["logs"], ["pooled"], kernel_shape=[16], strides=[8]),
        # The linear layer as a convolution over pooled regions, with one output per window.
        helper.make_node("Conv", ["pooled", "linear"], ["y"], strides=[step]),
    ]
    graph = helper.make_graph(
        nodes, "paper", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, samples])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in tensors.items()])
    path = str(folder / f"paper-{stride}-{samples}.onnx")
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    audio = draw.uniform(-0.3, 0.3, (1, 1, samples)).astype(np.float32)
    return lambda: session.run(None, {"x": audio})


def engine(notelab):
    rows = ours(notelab, "engine")
    try:
        import onnx  # noqa: F401
        import onnxruntime

        peer = f"onnxruntime {onnxruntime.__version__}"
    except ImportError:
        peer = None
    print("| stride | ours: us a hop | % of a core | result after (p99) us | whole window, our product | ratio |"
          + (f" {peer}, a window a hop | ratio | {peer}, fully convolutional over 4.3 s | ratio |" if peer else ""))
    print("| --- " * (10 if peer else 6) + "|")
    for row in rows:
        line = (f"| {row['stride']} | {row['hop_us']:.0f} | {row['core_percent']:.2f} | {row['result_us']:.0f} "
                f"({row['result_p99_us']:.0f}) | {row['window_us']:.0f} | {row['window_us'] / row['hop_us']:.1f} |")
        if peer:
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                window = 1e6 * processor_seconds(onnx_session(folder, row["stride"], WINDOW), 30)
                hops = 341
                clip = onnx_session(folder, row["stride"], WINDOW + (hops - 1) * HOP)
                hop = 1e6 * processor_seconds(clip, 3) / hops
            line += f" {window:.0f} | {window / row['hop_us']:.1f} | {hop:.0f} | {hop / row['hop_us']:.1f} |"
        print(line)
    print(f"\nInstruction set: {rows[0]['instruction_set']}. Largest difference between streaming and whole windows: "
          f"{max(row['largest_difference'] for row in rows):.1e} of the largest output.")
    if not peer:
        print("To compare with onnxruntime: pip install onnxruntime onnx")


def torch_windows_per_second(threads, batch=128, steps=3):
    import torch

    torch.set_num_threads(threads)
    regions = 27
    model = torch.nn.ModuleDict({
        "filters": torch.nn.Conv1d(1, FILTERS, WIDTH, stride=64, bias=False),
        "linear": torch.nn.Linear(regions * FILTERS, NOTES),
    })
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    samples = torch.randn(batch, 1, WINDOW) * 0.1
    targets = torch.zeros(batch, NOTES)

    def step():
        features = torch.nn.functional.avg_pool1d(torch.log1p(torch.relu(model["filters"](samples))), 16, 8)
        outputs = model["linear"](features.flatten(1))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(outputs, targets, reduction="sum") / batch
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    step()
    begin = time.monotonic()
    for _ in range(steps):
        step()
    return batch * steps / (time.monotonic() - begin)


def training(notelab):
    try:
        import torch
    except ImportError:
        torch = None
    print("| threads | ours, a window an excerpt | ours, 9 windows an excerpt |"
          + (f" PyTorch {torch.__version__} | ratio | ratio |" if torch else ""))
    print("| --- " * (6 if torch else 3) + "|")
    for threads in (1, 2):
        plain, shared = (row["windows_per_s"] for row in ours(notelab, "training", "--threads", str(threads)))
        line = f"| {threads} | {plain:.0f} | {shared:.0f} |"
        if torch:
            peer = torch_windows_per_second(threads)
            line += f" {peer:.0f} | {plain / peer:.1f} | {shared / peer:.1f} |"
        print(line)
    if not torch:
        print("To compare with PyTorch: pip install torch")


def matchmaker(minutes):
    """A row of bench-matchmaker.py, or an error message."""
    peer = os.environ["MATCHMAKER_PYTHON"]
    script = str(ROOT / "Scripts/bench-matchmaker.py")
    result = subprocess.run([peer, script, str(minutes)], capture_output=True, text=True)
    if result.returncode != 0:
        return (result.stderr.strip().splitlines() or ["it failed without a message"])[-1]
    return json.loads(result.stdout.splitlines()[-1])


def following(notelab, peer_minutes):
    rows = ours(notelab, "following")
    print("| minutes of score | load ms | from cache | us a hop of 11.6 ms (p99) | lost: us a hop (p99) | score MB "
          "| follower MB |")
    print("| ---: " * 7 + "|")
    for row in rows:
        print(f"| {row['minutes']:g} | {row['load_ms']:.0f} | {row['load_cached_ms']:.0f} | "
              f"{row['hop_us']:.0f} ({row['hop_p99_us']:.0f}) | "
              f"{row['lost_hop_us']:.0f} ({row['lost_hop_p99_us']:.0f}) | {row['score_mb']:.1f} | "
              f"{row['follower_mb']:.1f} |")
    if "MATCHMAKER_PYTHON" not in os.environ:
        print("\nTo compare with matchmaker, set $MATCHMAKER_PYTHON to a Python that has it")
        return
    print("\n| minutes of score | matchmaker | load ms | us a frame | frames a second | us a second of audio "
          "| peak MB |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for minutes in peer_minutes:
        row = matchmaker(minutes)
        if isinstance(row, str):
            print(f"| {minutes:g} | {row} | | | | | |")
            continue
        rate = 1000 / row["frame_ms_apart"]
        print(f"| {minutes:g} | {row['method']} | {row['load_ms']:.0f} | {row['frame_us']:.0f} | {rate:.0f} | "
              f"{rate * row['frame_us']:.0f} | {row['peak_mb']:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["engine", "training", "following"])
    parser.add_argument("--notelab", default=str(ROOT / ".build/release/notelab"))
    parser.add_argument("--matchmaker-minutes", default="1,10", help="comma-separated lengths of scores")
    arguments = parser.parse_args()
    if arguments.what == "following":
        following(arguments.notelab, [float(word) for word in arguments.matchmaker_minutes.split(",")])
    else:
        {"engine": engine, "training": training}[arguments.what](arguments.notelab)


if __name__ == "__main__":
    main()
