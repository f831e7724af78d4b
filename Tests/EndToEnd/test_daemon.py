"""The daemon as a process: hostile clients, exit codes, and systemd's protocols."""
import os
import pathlib
import socket
import subprocess
import time

from checker import stop_and_check
from daemon import Client
from phrase import play_phrase_and_check

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def test_hostile_clients(noted, rig):
    """Garbage, giant lines, unknown methods, and clients that vanish or never read do not disturb transcription."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.counts_requests = False
        client.wait_for_state("running")
        for data, code in [
            (b"{nonsense}\n", -32700), (b"\xff\xfe\xfd\n", -32700), (b"[]\n", -32600), (b'{"id": 4}\n', -32600),
            (b'{"jsonrpc":"2.0","id":5,"method":"no.such"}\n', -32601),
            (b'{"jsonrpc":"2.0","id":6,"method":"subscribe","params":{"topics":["weather"]}}\n', -32602),
            (b'{"jsonrpc":"2.0","id":7,"method":"model.load","params":{"path":"/nowhere/x"}}\n', None),
            (b'{"jsonrpc":"2.0","id":8,"method":"source.select","params":{"source":"telepathy"}}\n', None),
        ]:
            since = len(client.lines)
            client.send(data)
            error = client.wait(lambda line: "error" in line, since=since)["error"]
            assert code is None or error["code"] == code, f"{data!r} got {error}"
            assert len(error["message"]) > 10, f"{data!r} got {error}"
        giant = Client(daemon.path)
        try:
            giant.send(b"x" * 10_000_000 + b"\n")
            giant.wait(lambda line: "error" in line)
        except (BrokenPipeError, ConnectionResetError):
            pass
        deaf = [socket.socket(socket.AF_UNIX) for _ in range(60)]
        for each in deaf:
            each.connect(daemon.path)
            each.sendall(b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["activations"]}}\n')
        for each in deaf[:30]:
            each.close()
        f1, _, _ = play_phrase_and_check(rig, client)
        status = client.request("status")["result"]
        print(f"F1 {f1:.2f} with {status.get('clients')} clients connected")
        for each in deaf[30:]:
            each.close()
        stop_and_check(daemon, client)


def test_exit_codes(noted, programs, rig):
    """Invalid input on the command line gets a message that names it, and the documented exit code."""
    bad_model = rig.folder / "bad.safetensors"
    bad_model.write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{\"not\": a model}")
    bad_config = rig.folder / "bad.yaml"
    bad_config.write_text("source: pulse\nthreshold_of_pain: 3\n")
    empty = rig.folder / "empty.wav"
    empty.write_bytes(b"")
    model_here = str(ROOT / "Models/default.safetensors")
    recording = str(ROOT / "Demo/prelude.ogg")
    for program, arguments, code, named in [
        ("noted", ["--model", "/nowhere/m.safetensors"], 66, "/nowhere/m.safetensors"),
        ("noted", ["--model", str(bad_model)], 65, "bad.safetensors"),
        ("noted", ["--config", "/nowhere/noted.yaml"], 78, "/nowhere/noted.yaml"),
        ("noted", ["--config", str(bad_config), "--check-config"], 78, "bad.yaml:2"),
        ("noted", ["--source", "telepathy"], 64, "telepathy"),
        ("noted", ["--source", "file:/nowhere/x.wav"], 66, "/nowhere/x.wav"),
        ("noted", ["--score", "/nowhere/x.mid", "--source", "none"], 66, "/nowhere/x.mid"),
        ("noted", ["--score", recording, "--source", "none"], 65, "prelude.ogg"),
        ("noted", ["--no-such-option"], 64, "no-such-option"),
        ("notelab", ["transcribe", "/nowhere/x.wav"], 66, "/nowhere/x.wav"),
        ("notelab", ["transcribe", str(empty)], 65, "empty.wav"),
        ("notelab", ["transcribe", recording, "--model", str(bad_model)], 65, "bad.safetensors"),
        ("notelab", ["transcribe", recording, "--model", model_here, "--out", "/nowhere/x.csv"], 74, "/nowhere/x.csv"),
        ("notectl", ["--socket", "/nowhere/socket", "status"], 69, "/nowhere/socket"),
    ]:
        done = subprocess.run(
            [programs / program, *arguments], capture_output=True, text=True, timeout=20, env=rig.environment)
        assert done.returncode == code, f"{program} {arguments}: exit {done.returncode}, not {code}: {done.stderr}"
        assert named in done.stderr, f"{program} {arguments} does not name {named}: {done.stderr}"
    with noted("--source", "none") as daemon:
        done = subprocess.run(
            [programs / "noted", "--source", "none", "--socket", daemon.path], capture_output=True,
            text=True, timeout=20)
        assert done.returncode == 78 and daemon.path in done.stderr, f"a second daemon on one socket: {done}"


def test_systemd(noted, programs, rig):
    """Readiness, status, watchdog and stopping by sd_notify, and socket activation."""
    address = str(rig.folder / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(address)
    listener.settimeout(10)
    environment = dict(rig.environment, NOTIFY_SOCKET=address, WATCHDOG_USEC="1000000")
    with noted("--source", "pulse:testsink.monitor", environment=environment) as daemon:
        received = ""
        while "READY=1" not in received or "WATCHDOG=1" not in received:
            received += listener.recv(4096).decode() + "\n"
        assert "STATUS=" in received, f"no STATUS in {received}"
        assert daemon.stop() == 0, "noted did not exit with 0"
        while "STOPPING=1" not in received:
            received += listener.recv(4096).decode() + "\n"
    path = str(rig.folder / "activated")
    activated = subprocess.Popen(
        ["systemd-socket-activate", "-l", path, programs / "noted", "--source", "none"],
        env=rig.environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(0.05)
        client = Client(path)
        client.wait(lambda line: line.get("method") == "hello")
        assert "result" in client.request("ping"), "an activated daemon does not answer ping"
    finally:
        activated.terminate()
        assert activated.wait(10) == 0, "an activated daemon did not exit with 0"
    assert os.path.exists(path), "an activated daemon removed systemd's socket"
