"""Faults of clients, descriptors and the daemon itself, as well-behaved clients see them."""
import json
import os
import pathlib
import random
import resource
import signal
import socket
import subprocess
import threading
import time

import pytest

from checker import check, stop_and_check
from daemon import Client
from phrase import play_phrase_and_check
from soak import processor_seconds

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PRELUDE = f"file:{ROOT}/Demo/prelude.ogg"
STATUS = b'{"jsonrpc":"2.0","id":%d,"method":"status"}\n'


def connect(path):
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(path))
    return client


def garbage(random):
    """One of the things that a port scanner, a broken program or a vandal sends."""
    kind = random.randrange(6)
    if kind == 0:
        return random.randbytes(random.randrange(1, 5000))
    if kind == 1:
        return b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    if kind == 2:
        return b"[" * 50_000 + b"\n"
    if kind == 3:
        return b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * random.randrange(100_000) + b'"}\n'
    if kind == 4:
        return b'{"jsonrpc":"2.0","id":1e400,"method":"score.load","params":{"path":17}}\n'
    return b'{"jsonrpc":"2.0","id":{},"method":"subscribe","params":{"topics":[null,1,"notes"]}}\n\n\n'


def test_two_hundred_clients(noted, rig):
    """Of 200 clients 50 never read, 50 vanish in the middle of a line, 20 send garbage, and 80 behave."""
    random.seed(200)
    configuration = rig.folder / "noted.yaml"
    configuration.write_text("max_clients: 256\n")
    with noted("--source", "pulse:testsink.monitor", "--config", str(configuration)) as daemon:
        observer = daemon.client()
        observer.wait_for_state("running")
        well_behaved = [daemon.client() for _ in range(79)]
        deaf = [connect(daemon.path) for _ in range(50)]
        for client in deaf:
            client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["activations"]}}\n')
            client.sendall(b"".join(STATUS % index for index in range(2, 60)))
        vanishing = [connect(daemon.path) for _ in range(50)]
        vandals = [connect(daemon.path) for _ in range(20)]
        deadline = time.monotonic() + 20
        while (connected := observer.request("status")["result"]["clients"]) < 200:
            assert time.monotonic() < deadline, f"only {connected} of 200 clients are connected after 20 s"
            time.sleep(0.1)
        ending = threading.Event()

        def make_trouble():
            while not ending.wait(0.2):
                for vandal in vandals:
                    try:
                        vandal.setblocking(False)
                        vandal.send(garbage(random))
                    except OSError:
                        pass  # the daemon reads no more from a client that doesn't read its answers
                if vanishing:
                    client = vanishing.pop()
                    client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"sta')
                    if len(vanishing) % 2:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    client.close()
                for client in random.sample(well_behaved, 10):
                    client.post(random.choice(["ping", "status"]))

        trouble = threading.Thread(target=make_trouble)
        trouble.start()
        try:
            f1, _, _ = play_phrase_and_check(rig, observer)
        finally:
            ending.set()
            trouble.join()
        late = daemon.client()
        assert "result" in late.request("ping"), "no new client is served"
        status = observer.request("status")["result"]
        print(f"F1 {f1:.2f}, delay {status['delay']}, resident {status['cpu']['resident_bytes'] >> 20} MiB, "
              f"dropped {status['counters']['dropped_clients']}")
        for client in well_behaved:
            client.request("ping")
        assert status["cpu"]["resident_bytes"] < 300 << 20, "clients that never read cost too much memory"
        stop_and_check(daemon, observer, late, *well_behaved)
        heard = {sum(1 for _ in client.notifications("note_on")) for client in [observer, *well_behaved]}
        assert len(heard) == 1, f"well-behaved clients received different numbers of notes: {heard}"


def test_out_of_descriptors(noted, rig):
    """A daemon that has used up its descriptors serves its clients on, and recovers once some are free.

    Meanwhile the sound server restarts: the source returns afterwards.
    """
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        used = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (used + 4, hard))
        crowd = [connect(daemon.path) for _ in range(60)]  # the backlog takes those that the daemon can't
        time.sleep(0.5)
        before = processor_seconds(daemon.process)
        f1, _, _ = play_phrase_and_check(rig, client)
        spent = processor_seconds(daemon.process) - before
        refused = client.request("model.load", {"path": f"{ROOT}/Models/fast.safetensors"})
        print(f"F1 {f1:.2f} without descriptors, {spent:.1f} s of processor time; model.load: {refused}")
        since = len(client.lines)
        rig.kill_server()
        client.wait_for_state("waiting", 15, since)
        rig.start_server()
        time.sleep(1)
        check(client)
        for each in crowd:
            each.close()
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (hard, hard))
        since = len(client.lines)
        client.wait_for_state("running", 20, since if client.request("status")["result"]["source"]["state"] != "running"
                              else 0)
        newcomer = daemon.client()
        newcomer.wait_for_state("running")
        assert "result" in newcomer.request("model.load", {"path": f"{ROOT}/Models/fast.safetensors"}, timeout=30)
        play_phrase_and_check(rig, newcomer, least=0.4)
        stop_and_check(daemon, client, newcomer)


def test_killed_and_started_again(noted, programs, rig):
    """After `kill -9` the next daemon replaces the stale socket; notectl listen and record reconnect."""
    recording = rig.folder / "take.mid"
    with noted("--source", PRELUDE) as first:
        client = first.client()
        listener = subprocess.Popen(
            [programs / "notectl", "--socket", first.path, "listen", "--json"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=rig.environment)
        recorder = subprocess.Popen(
            [programs / "notectl", "--socket", first.path, "record", recording], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=rig.environment)
        time.sleep(4)
        first.kill()
        assert client.closed.wait(5)
        check(client)
        assert os.path.exists(first.path), "the test needs a stale socket"
        time.sleep(1)
    with noted("--source", PRELUDE, path=first.path) as second:
        again = second.client()
        again.wait(lambda line: line.get("method") == "note_on")
        time.sleep(5)
        stop_and_check(second, again)
    recorder.send_signal(signal.SIGINT)
    listener.send_signal(signal.SIGINT)
    output, remarks = listener.communicate(timeout=10)
    assert listener.returncode == 0, remarks
    lines = [json.loads(line) for line in output.splitlines()]
    hellos = [index for index, line in enumerate(lines) if line["method"] == "hello"]
    assert len(hellos) == 2, f"{len(hellos)} greetings in two connections"
    assert lines[-1]["method"] == "bye" and b"reconnected" in remarks, (lines[-1], remarks)
    for part in (lines[:hellos[1]], lines[hellos[1]:]):
        assert sum(line["method"] == "note_on" for line in part) > 5
    _, said = recorder.communicate(timeout=10)
    assert recorder.returncode == 0 and b"recorded" in said, said
    notes = midi_notes(recording)
    published = sum(line["method"] == "note_on" for line in lines)
    assert abs(len(notes) - published) <= 2, f"{len(notes)} notes recorded of {published} published: {said}"
    # The gap of the restart is in the recording, too.
    assert 5 < max(start for start, _ in notes) - min(start for start, _ in notes) < 30


def midi_notes(path):
    """(start in seconds, pitch) of the notes of a file that notectl wrote, which has at most one tempo."""
    data = pathlib.Path(path).read_bytes()
    assert data[:4] == b"MThd", data[:4]
    division = int.from_bytes(data[12:14], "big")
    place, tick, notes, seconds = data.index(b"MTrk") + 8, 0, [], 0.5 / division
    end = place + int.from_bytes(data[place - 4:place], "big")
    while place < end:
        delta = 0
        while data[place] & 0x80:
            delta, place = delta << 7 | data[place] & 0x7F, place + 1
        tick += delta << 7 | data[place]
        kind = data[place + 1]
        if kind == 0xFF:
            if data[place + 2] == 0x51:
                seconds = int.from_bytes(data[place + 4:place + 7], "big") / 1e6 / division
            place += 4 + data[place + 3]
        else:
            if kind & 0xF0 == 0x90 and data[place + 3]:
                notes.append((tick * seconds, data[place + 2]))
            place += 3 if kind & 0xF0 in (0xC0, 0xD0) else 4
    return notes


@pytest.fixture
def tiny_disk(rig):
    """A file system of 8 KiB, if this user may mount one."""
    folder = rig.folder / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k,mode=700", "tmpfs", folder], capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("mounting a tmpfs needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def record(daemon, programs, rig, path, seconds, **options):
    """Records for `seconds` and interrupts the recorder. Returns its exit code and standard error."""
    recorder = subprocess.Popen(
        [programs / "notectl", "--socket", daemon.path, "record", path], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=rig.environment, **options)
    time.sleep(seconds)
    assert recorder.poll() is None, f"the recorder ended early: {recorder.communicate()}"
    recorder.send_signal(signal.SIGINT)
    _, said = recorder.communicate(timeout=10)
    return recorder.returncode, said.decode()


def test_recording_to_a_full_disk(noted, programs, rig, tiny_disk):
    """What was recorded before the disk was full stays readable; notectl exits with 74 and one clear message."""
    with noted("--source", PRELUDE) as daemon:
        client = daemon.client()
        client.wait(lambda line: line.get("method") == "note_on")
        path = tiny_disk / "take.mid"
        filler = tiny_disk / "other"
        # The first save, after ten seconds, finds room; then another program takes the rest.
        threading.Timer(11, lambda: fill(filler)).start()
        code, said = record(daemon, programs, rig, path, 13)
        assert code == 74 and said.count("\n") == 1, (code, said)
        assert "No space left on device" in said and str(path) in said, said
        saved = midi_notes(path)
        assert len(saved) > 10 and f"holds {len(saved)} of " in said, f"{len(saved)} notes saved: {said}"
        assert sorted(os.listdir(tiny_disk)) == ["other", "take.mid"], "a temporary file was left behind"
        stop_and_check(daemon, client)


def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass


@pytest.mark.timing  # and ThreadSanitizer itself cannot run with so low a limit
def test_recording_beyond_the_size_limit(noted, programs, rig):
    """RLIMIT_FSIZE kills a program that does not ignore its signal, and /dev/full is not replaced by a file."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    with noted("--source", PRELUDE) as daemon:
        client = daemon.client()
        client.wait(lambda line: line.get("method") == "note_on")
        path = rig.folder / "take.mid"
        path.write_bytes(b"an older file")
        code, said = record(daemon, programs, rig, path, 3, preexec_fn=limit)
        assert code == 74 and "File too large" in said and said.count("\n") == 1, (code, said)
        assert path.read_bytes() == b"an older file"
        code, said = record(daemon, programs, rig, "/dev/full", 3)
        assert code == 74 and "No space left on device" in said and said.count("\n") == 1, (code, said)
        assert pathlib.Path("/dev/full").is_char_device()
        stop_and_check(daemon, client)


def test_models_and_scores_that_change_while_they_are_read(noted, rig):
    """While another program overwrites and truncates a model, the old one stays, or a whole new one comes.

    A mapped file that is truncated would kill the daemon with SIGBUS.
    """
    random.seed(11)
    model, score = rig.folder / "model.safetensors", rig.folder / "score.mid"
    models = [(ROOT / "Models" / name).read_bytes() for name in ("fast.safetensors", "default.safetensors")]
    score_bytes = (ROOT / "Demo/prelude.mid").read_bytes()
    ending = threading.Event()

    def write(path, whole):
        with open(path, "r+b" if path.exists() else "wb") as file:
            kind = random.randrange(4)
            if kind == 0:
                file.write(whole)
                file.truncate()
            elif kind == 1:
                file.truncate(random.randrange(len(whole)))
            elif kind == 2:
                file.seek(random.randrange(len(whole)))
                file.write(random.randbytes(4096))
            else:
                file.truncate(0)
                for start in range(0, len(whole), 1 << 16):
                    file.write(whole[start:start + (1 << 16)])
                    file.flush()

    def vandalise():
        while not ending.wait(random.uniform(0, 0.2)):
            write(model, random.choice(models))
            write(score, score_bytes)

    with noted("--source", PRELUDE) as daemon:
        client = daemon.client()
        client.wait(lambda line: line.get("method") == "note_on")
        vandal = threading.Thread(target=vandalise)
        vandal.start()
        outcomes = {"model.load": [0, 0], "score.load": [0, 0]}
        try:
            deadline = time.monotonic() + 8
            while time.monotonic() < deadline:
                for method, path in (("model.load", model), ("score.load", score)):
                    before = client.request("status")["result"]["model"]
                    answer = client.request(method, {"path": str(path)}, timeout=30)
                    outcomes[method]["error" in answer] += 1
                    if "error" in answer:
                        assert path.name in answer["error"]["message"], answer
                        after = client.request("status")["result"]["model"]
                        assert after == before, f"a model that could not be loaded changed {before} to {after}"
        finally:
            ending.set()
            vandal.join()
        print(f"(loaded, refused): {outcomes}")
        assert outcomes["model.load"][1], "the test damaged nothing"
        # The model that keeps up under a sanitizer, too.
        model.write_bytes(models[0])
        assert "result" in client.request("model.load", {"path": str(model)}, timeout=30)
        since = len(client.lines)
        client.wait(lambda line: line.get("method") == "note_on", 20, since)
        stop_and_check(daemon, client)
