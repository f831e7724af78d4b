#!/usr/bin/env python3
"""The live end-to-end tests: the real programs on real sound, through a private PulseAudio server.

usage: run.py FOLDER-OF-PROGRAMS [NAME...]      runs all tests, or those whose names hold one of the words
"""
import csv
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time

from daemon import Client, Daemon
from rig import Rig
from runner import run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = sys.argv[1] if len(sys.argv) > 1 else ""
PHRASE_SECONDS = 14.0
# How well the shipped model must do on the phrase: well below what it does, far above what chance or a wrong clock would.
LEAST_F1 = 0.6


def phrase(rig):
    """The beginning of the demo performance as a WAV file, and its notes (start, note)."""
    wav = rig.folder / "phrase.wav"
    if not wav.exists():
        subprocess.run(
            ["sox", "-D", ROOT / "Demo/prelude.ogg", "-b", "16", wav, "trim", "0", str(PHRASE_SECONDS)], check=True)
    with open(ROOT / "Demo/prelude.csv") as file:
        notes = [(float(row["start_s"]), int(row["midi_note"])) for row in csv.DictReader(file)]
    return wav, [note for note in notes if note[0] < PHRASE_SECONDS - 0.3]


def onset_f1(expected, heard, tolerance=0.06):
    """F1 of onsets after the best constant shift, and that shift: the player's own latency is not ours to know."""
    pairs = [at - start for start, note in expected for at, other in heard if other == note and abs(at - start) < 0.6]
    if not pairs:
        return 0.0, 0.0
    pairs.sort()
    best, shift = max(
        ((sum(1 for p in pairs if abs(p - candidate) < 0.02), candidate) for candidate in pairs), default=(0, 0.0))
    used, hits = set(), 0
    for start, note in expected:
        for index, (at, other) in enumerate(heard):
            if index not in used and other == note and abs(at - shift - start) <= tolerance:
                used.add(index)
                hits += 1
                break
    return 2 * hits / (len(expected) + len(heard)), shift


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def play_phrase_and_check(rig, client, least=LEAST_F1):
    """Plays the phrase and checks what is published: the right notes at the right times, each on with its off."""
    wav, expected = phrase(rig)
    since = len(client.lines)
    began = time.time()
    rig.play(wav).wait()
    time.sleep(1.5)
    ons = [params for _, params in client.notifications("note_on", since)]
    offs = [params for _, params in client.notifications("note_off", since)]
    f1, shift = onset_f1(expected, [(on["time"] - began, on["note"]) for on in ons])
    check(f1 >= least, f"onset F1 is {f1:.2f} of {len(ons)} notes heard and {len(expected)} played")
    check(-0.05 <= shift <= 0.5, f"events are {shift:.3f} s off the time they were played at")
    check(len(ons) == len(offs), f"{len(ons)} note_on and {len(offs)} note_off once all is quiet")
    for on in ons:
        check(on["name"] and 1 <= on["velocity"] <= 127 and 0 <= on["confidence"] <= 1, f"odd note: {on}")
    return f1, shift, ons


def test_pulse_phrase(rig):
    """A phrase through PulseAudio: notes, times, latency; silence before and after publishes nothing."""
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        hello = client.wait(lambda line: line.get("method") == "hello")["params"]
        check(hello["protocol"] == 1 and hello["sample_rate"] == 44100 and hello["hop"] == 512, f"odd hello: {hello}")
        client.wait_for_state("running")
        time.sleep(2)
        check(not client.notifications("note_on"), "a note was published on silence")
        f1, shift, ons = play_phrase_and_check(rig, client)
        lookahead = hello["model"]["lookahead_ms"]
        beyond = sorted(on["delay_ms"] - lookahead for on in ons)
        median = statistics.median(beyond)
        check(0 < median < 100, f"the delay beyond the lookahead is {median:.1f} ms in the median")
        status = client.request("status")["result"]
        delay = status["delay"]
        print(f"    F1 {f1:.2f}, shift {shift * 1000:.0f} ms, delay beyond lookahead: median {median:.1f} ms, "
              f"latest {beyond[-1]:.1f} ms; status: {json.dumps(delay)}")
        check(delay["count"] == len(ons), f"status counts {delay['count']} delays of {len(ons)} notes")
        check(daemon.stop() == 0, "noted did not end with 0")
        check(not os.path.exists(daemon.path), "the socket is still there")


def test_alsa_phrase(rig):
    """The same through ALSA's pulse plugin."""
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "alsa:viapulse") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        f1, shift, _ = play_phrase_and_check(rig, client)
        print(f"    F1 {f1:.2f}, shift {shift * 1000:.0f} ms")
        check(daemon.stop() == 0, "noted did not end with 0")


def test_faults(rig):
    """Stall, unplug, replug and server restart: states are told, and notes come again after each."""
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        for name, harm, heal, state in [
            ("stall", rig.stall, rig.unstall, ("stalled",)), ("unplug", rig.unplug, rig.replug, ("waiting", "failed")),
            ("restart", rig.stop_server, rig.start_server, ("waiting", "failed")),
        ]:
            time.sleep(1)
            since = len(client.lines)
            harm()
            client.wait(
                lambda line: line.get("method") == "source_state" and line["params"]["state"] in state, 15, since)
            heal()
            client.wait_for_state("running", 15, since)
            client.wait(lambda line: line.get("method") == "discontinuity", 15, since)
            print(f"    {name}: back to running")
        f1, _, _ = play_phrase_and_check(rig, client)
        print(f"    F1 after all of it {f1:.2f}")
        check(daemon.stop() == 0, "noted did not end with 0")


def test_starts_without_server(rig):
    """The daemon starts without a sound server, says so, and finds it later."""
    rig.stop_server()
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait(lambda line: line.get("method") == "source_state" and line["params"]["state"] in ("waiting", "failed"))
        rig.start_server()
        client.wait_for_state("running")
        check(daemon.stop() == 0, "noted did not end with 0")


def test_hostile_clients(rig):
    """Garbage, giant lines, unknown methods, vanishing and deaf clients: errors where they belong, and music goes on."""
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
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
            check(code is None or error["code"] == code, f"{data!r} was answered by {error}")
            check(len(error["message"]) > 10, f"{data!r} was answered by {error}")
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
        f1, _, ons = play_phrase_and_check(rig, client)
        status = client.request("status")["result"]
        print(f"    F1 {f1:.2f} with {status.get('clients')} clients connected")
        for each in deaf[30:]:
            each.close()
        check(daemon.stop() == 0, "noted did not end with 0")


def test_file_demo_and_notectl(rig):
    """The demo performance as a source, read by `notectl listen`."""
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", f"file:{ROOT}/Demo/prelude.ogg") as daemon:
        listener = subprocess.Popen(
            [os.path.join(PROGRAMS, "notectl"), "--socket", daemon.path, "listen", "--json"], stdout=subprocess.PIPE,
            text=True, env=rig.environment)
        time.sleep(6)
        listener.terminate()
        lines = [json.loads(line) for line in listener.communicate()[0].splitlines()]
        notes = [line["params"]["name"] for line in lines if line.get("method") == "note_on"]
        check({"C4", "E4", "G4", "C5", "E5"} <= set(notes), f"the first bar sounds like {notes[:12]}")
        for arguments in (["status"], ["status", "--json"], ["source", "none"]):
            done = subprocess.run(
                [os.path.join(PROGRAMS, "notectl"), "--socket", daemon.path, *arguments], capture_output=True, text=True)
            check(done.returncode == 0 and done.stderr == "", f"notectl {arguments}: {done}")
        check(daemon.stop() == 0, "noted did not end with 0")


def test_exit_codes(rig):
    """Bad input on the command line: one sentence on standard error, and the documented code."""
    bad_model = rig.folder / "bad.safetensors"
    bad_model.write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{\"not\": a model}")
    bad_config = rig.folder / "bad.yaml"
    bad_config.write_text("source: pulse\nthreshold_of_pain: 3\n")
    empty = rig.folder / "empty.wav"
    empty.write_bytes(b"")
    model_here = str(ROOT / "Models/default.safetensors")
    for program, arguments, code, named in [
        ("noted", ["--model", "/nowhere/m.safetensors"], 66, "/nowhere/m.safetensors"),
        ("noted", ["--model", str(bad_model)], 65, "bad.safetensors"),
        ("noted", ["--config", "/nowhere/noted.yaml"], 78, "/nowhere/noted.yaml"),
        ("noted", ["--config", str(bad_config), "--check-config"], 78, "bad.yaml:2"),
        ("noted", ["--source", "telepathy"], 64, "telepathy"),
        ("noted", ["--source", "file:/nowhere/x.wav"], 66, "/nowhere/x.wav"),
        ("noted", ["--no-such-option"], 64, "no-such-option"),
        ("notelab", ["transcribe", "/nowhere/x.wav"], 66, "/nowhere/x.wav"),
        ("notelab", ["transcribe", str(empty)], 65, "empty.wav"),
        ("notelab", ["transcribe", str(ROOT / "Demo/prelude.ogg"), "--model", str(bad_model)], 65, "bad.safetensors"),
        ("notelab", ["transcribe", str(ROOT / "Demo/prelude.ogg"), "--model", model_here, "--out", "/nowhere/x.csv"], 74,
         "/nowhere/x.csv"),
        ("notectl", ["--socket", "/nowhere/socket", "status"], 69, "/nowhere/socket"),
    ]:
        done = subprocess.run(
            [os.path.join(PROGRAMS, program), *arguments], capture_output=True, text=True, timeout=20,
            env=rig.environment)
        check(done.returncode == code, f"{program} {arguments}: exit {done.returncode}, not {code}: {done.stderr}")
        check(named in done.stderr, f"{program} {arguments} does not name {named}: {done.stderr}")
    with Daemon(PROGRAMS, rig.folder, rig.environment, "--source", "none") as daemon:
        done = subprocess.run(
            [os.path.join(PROGRAMS, "noted"), "--source", "none", "--socket", daemon.path], capture_output=True,
            text=True, timeout=20)
        check(done.returncode == 78 and daemon.path in done.stderr, f"a second daemon on one socket: {done}")


def test_systemd(rig):
    """Readiness, status and watchdog by sd_notify; socket activation."""
    address = str(rig.folder / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(address)
    listener.settimeout(10)
    environment = dict(rig.environment, NOTIFY_SOCKET=address, WATCHDOG_USEC="1000000")
    with Daemon(PROGRAMS, rig.folder, environment, "--source", "pulse:testsink.monitor") as daemon:
        heard = ""
        while "READY=1" not in heard or "WATCHDOG=1" not in heard:
            heard += listener.recv(4096).decode() + "\n"
        check("STATUS=" in heard, f"no STATUS in {heard}")
        check(daemon.stop() == 0, "noted did not end with 0")
        while "STOPPING=1" not in heard:
            heard += listener.recv(4096).decode() + "\n"
    path = str(rig.folder / "activated")
    activated = subprocess.Popen(
        ["systemd-socket-activate", "-l", path, os.path.join(PROGRAMS, "noted"), "--source", "none"],
        env=rig.environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(0.05)
        client = Client(path)
        client.wait(lambda line: line.get("method") == "hello")
        check("result" in client.request("ping"), "an activated daemon does not answer ping")
    finally:
        activated.terminate()
        check(activated.wait(10) == 0, "an activated daemon did not end with 0")
    check(os.path.exists(path), "an activated daemon removed systemd's socket")


if __name__ == "__main__":
    if not PROGRAMS:
        raise SystemExit(__doc__)
    run(dict(globals()), Rig, sys.argv[2:])
