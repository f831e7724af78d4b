"""Clients at the limits: no descriptors left, requests under way at the end, exact ids, and clients that misbehave."""
import json
import os
import pathlib
import resource

import socket
import time

from daemon import Client

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_log(daemon, text, timeout=15):
    deadline = time.monotonic() + timeout
    while text not in (log := pathlib.Path(daemon.log_path).read_text()):
        assert time.monotonic() < deadline, f"the log does not contain '{text}': {log}"
        time.sleep(0.05)
    return log


def test_out_of_descriptors(noted, rig):
    """Clients are told why they are refused, the processor stays idle, and the log and the errors name the cause."""
    with noted("--source", "none") as daemon:
        witness = daemon.client()
        witness.wait(lambda line: line.get("method") == "hello")
        used = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        before = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (used + 3, before[1]))
        clients = [daemon.client() for _ in range(20)]
        deadline = time.monotonic() + 2
        refused = [each for each in clients if each.closed.wait(max(deadline - time.monotonic(), 0))]
        assert len(refused) >= 16, "clients beyond the limit are left waiting"
        for each in refused:
            bye = each.wait(lambda line: line.get("method") == "bye")
            assert bye["params"]["reason"] == "too_many_clients" and "descriptors" in bye["params"]["detail"]
        for method, params in [
            ("model.load", {"path": str(ROOT / "Models/fast.safetensors")}),
            ("source.select", {"source": f"file:{ROOT / 'Demo/prelude.ogg'}"}),
            ("score.load", {"path": str(ROOT / "Demo/prelude.mid")}),
        ]:
            error = witness.request(method, params)["error"]
            assert "too many open files" in error["message"] and "LimitNOFILE" in error["message"], error
        log = wait_for_log(daemon, "out of file descriptors")
        assert log.count("cannot accept clients") == 1, log
        for each in clients:
            each.close()
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, before)
        wait_for_log(daemon, "file descriptors are free again")
        late = daemon.client()
        assert "result" in late.request("ping")
        assert daemon.stop() == 0


def test_descriptor_shortage_costs_no_processor(noted, rig):
    """Clients that cannot be accepted at all, because even the reserve is gone, don't keep the event loop busy."""
    with noted("--source", "none") as daemon:
        daemon.client().wait(lambda line: line.get("method") == "hello")
        before = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        # Below what is in use: closing the reserve doesn't help.
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (4, before[1]))
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(5)]
        for each in waiting:
            each.connect(daemon.path)
        wait_for_log(daemon, "out of file descriptors")
        used, began = processor_seconds(daemon.process), time.monotonic()
        time.sleep(1)
        share = (processor_seconds(daemon.process) - used) / (time.monotonic() - began)
        assert share < 0.2, f"{100 * share:.0f}% of a core while clients wait"
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, before)
        for each in waiting:
            Client.reading(each).wait(lambda line: line.get("method") == "hello")


def test_requests_under_way_at_the_end(noted, rig):
    """Every request that was sent before SIGTERM gets a response before the connection ends."""
    with noted("--source", "none") as daemon:
        client = daemon.client()
        client.wait(lambda line: line.get("method") == "hello")
        model = str(ROOT / "Models/default.safetensors")
        for number in range(60):
            method, path = ("score.load", str(ROOT / "Demo/prelude.mid")) if number % 3 else ("model.load", model)
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": {"path": path}}
            client.send(json.dumps(request).encode() + b"\n")
        assert daemon.stop() == 0
        assert client.closed.wait(10)
        lines = [line for _, line in client.lines]
        answered = sorted(line["id"] for line in lines if "id" in line)
        assert answered == list(range(60)), f"{60 - len(answered)} requests got no response"
        codes = {line["error"]["code"] for line in lines if "error" in line}
        assert -32005 in codes and codes <= {-32005, -32008}, codes
        assert lines[-1]["method"] == "bye" and lines[-1]["params"]["reason"] == "shutdown"


def test_ids_come_back_unchanged(noted, rig):
    with noted("--source", "none") as daemon, socket.socket(socket.AF_UNIX) as client:
        client.connect(daemon.path)
        lines = client.makefile("rb")
        numbers = ["9007199254740993", "-18446744073709551617", "1e400", "0.10", "-0", "1E+2"]
        for text in [*numbers, '"a\\"\u00e9"', "null"]:
            client.sendall(f'{{"jsonrpc":"2.0","id":{text},"method":"ping"}}\n'.encode())
            while not (line := lines.readline()).startswith(b'{"jsonrpc":"2.0","id"'):
                assert line, "the daemon closed the connection"
            assert line.decode() == f'{{"jsonrpc":"2.0","id":{text},"result":{{}}}}\n'


def test_misbehaving_clients_are_logged(noted, rig):
    """Each client at most once, whatever it sends; clients that vanish in the middle of a line leave nothing behind."""
    with noted("--source", "none") as daemon:
        witness = daemon.client()
        witness.wait(lambda line: line.get("method") == "hello")
        used = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        noisy = daemon.client()
        for _ in range(50):
            noisy.send(b"\xff garbage\n")
        noisy.wait(lambda line: line.get("error", {}).get("code") == -32700)
        log = wait_for_log(daemon, "sent a line that is not a request")
        assert f"process {os.getpid()}" in log and log.count("not a request") == 1, log
        noisy.close()
        for _ in range(50):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(daemon.path)
                client.sendall(b'{"jsonrpc":"2.0","id":1,"meth')
        deadline = time.monotonic() + 10
        while len(os.listdir(f"/proc/{daemon.process.pid}/fd")) > used:
            assert time.monotonic() < deadline, "vanished clients leave descriptors behind"
            time.sleep(0.05)
        assert "result" in witness.request("ping")


def test_hostile_uploads_are_answered_in_order(noted, rig):
    """While one client uploads without pause, another's ping is answered promptly."""
    with noted("--source", "none") as daemon:
        hostile = [
            b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":[' + b"1," * 1_500_000 + b"1]}}\n",
            b'{"jsonrpc":"2.0","id":2,"method":"ping","params":{"x":"' + b"\\u0041" * 600_000 + b'"}}\n',
            b'{"jsonrpc":"2.0","id":3,"method":"ping","params":' + b'{"a":' * 700_000 + b"\n",
            b'{"jsonrpc":"2.0","id":4,"method":"score.load","params":{"name":"x.mid","data_base64":"'
            + b"A" * 4_000_000 + b'"}}\n',
        ]
        uploader, other = daemon.client(), daemon.client()
        for line in hostile:
            uploader.send(line)
        slowest = 0
        while len({line["id"] for _, line in uploader.lines if "id" in line}) < 4:
            began = time.monotonic()
            assert "result" in other.request("ping")
            slowest = max(slowest, time.monotonic() - began)
        print(f"the slowest ping took {1000 * slowest:.0f} ms")
        codes = [line.get("error", {}).get("code", 0) for _, line in uploader.lines if "id" in line]
        assert codes == [0, 0, -32700, -32006]
