#!/usr/bin/env python3
"""Measures the delay, processor time and memory of the daemon with many clients, as quoted in docs/daemon.md.

  Scripts/bench-daemon.py [--noted PATH] [--model FILE] [--source SPEC] [--score FILE] [--clients N] [--seconds S]
                          [--upload KIND]

One client in ten never reads. Delays are those that the daemon reports in `status`; `delay_ms` is the member of the
notes as the first client received them, which includes the model's lookahead. With --upload, another client sends
requests of 4 MiB without pause: scores, or JSON that is made to be slow to parse. Compare with a run without it.
"""
import argparse
import base64
import json
import os
import pathlib
import selectors
import socket
import struct
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def connect(path, patience=20):
    deadline = time.monotonic() + patience
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
            return client
        except OSError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def status(path):
    with connect(path) as client, client.makefile("rb") as lines:
        client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"status"}\n')
        for line in lines:
            message = json.loads(line)
            if message.get("id") == 1:
                return message["result"]
    raise SystemExit("the daemon closed the connection")


def padded_score(size):
    """A MIDI file of about `size` bytes: one note, and text."""
    event = b"\x00\xff\x01" + b"\x83\xff\x7f" + b"x" * 65535
    track = b"\x00\x90\x3c\x40\x83\x60\x80\x3c\x40" + event * (size // len(event)) + b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track


def request(method, params):
    return b'{"jsonrpc":"2.0","id":1,"method":"' + method + b'","params":' + params + b"}\n"


UPLOADS = {
    "score": lambda: request(
        b"score.load", b'{"name":"x.mid","data_base64":"' + base64.b64encode(padded_score(3_000_000)) + b'"}'),
    "array": lambda: request(b"ping", b'{"x":[' + b"1," * 2_000_000 + b"1]}"),
    "members": lambda: request(b"ping", b"{" + b'"a":1,' * 690_000 + b'"b":1}'),
    "escapes": lambda: request(b"ping", b'{"x":"' + b"\\u0041" * 690_000 + b'"}'),
    "nesting": lambda: request(b"ping", b"[" * 4_000_000),
    "text": lambda: request(b"model.load", b'{"path":"/' + "\u00e9".encode() * 2_000_000 + b'"}'),
}


def upload(path, kind):
    """Sends the same request without pause, in a process of its own, and reads the responses. Returns the process."""
    process = os.fork()
    if process:
        return process
    line = UPLOADS[kind]()
    with connect(path) as client:
        if os.fork() == 0:
            try:
                while client.recv(65536):
                    pass
            except OSError:
                pass
            os._exit(0)
        try:
            while True:
                client.sendall(line)
        except OSError:
            os._exit(0)


def quantile(values, fraction):
    return sorted(values)[min(int(fraction * len(values)), len(values) - 1)] if values else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--noted", default=ROOT / ".build/release/noted")
    parser.add_argument("--model")
    parser.add_argument("--source", default="none")
    parser.add_argument("--score")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--upload", choices=UPLOADS)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/socket"
        command = [options.noted, "--socket", path, "--source", options.source, "--log-level", "error"]
        process = subprocess.Popen(
            command + (["--model", options.model] if options.model else [])
            + (["--score", options.score] if options.score else []))
        uploader = None
        try:
            clients = [connect(path) for _ in range(options.clients)]
            reading = selectors.DefaultSelector()
            for index, client in enumerate(clients):
                if index % 10 != 9:
                    reading.register(client, selectors.EVENT_READ)
            uploader = upload(path, options.upload) if options.upload else None
            began, used = time.monotonic(), processor_seconds(process)
            seen, rest = [], b""
            while (left := options.seconds - (time.monotonic() - began)) > 0:
                for key, _ in reading.select(min(left, 1)):
                    data = key.fileobj.recv(65536)
                    if not data:
                        raise SystemExit("the daemon closed a connection")
                    if key.fileobj is clients[0]:
                        *lines, rest = (rest + data).split(b"\n")
                        seen += [json.loads(line)["params"]["delay_ms"] for line in lines if b'"note_on"' in line]
            share = (processor_seconds(process) - used) / (time.monotonic() - began)
            result = status(path)
            print(f"delay_ms of {len(seen)} notes: p50 {quantile(seen, 0.5):.1f}, p99 {quantile(seen, 0.99):.1f}, "
                  f"max {quantile(seen, 1):.1f}")
            if uploader:
                print(f"uploads: {result['counters']['scores']} scores loaded, "
                      f"{result['counters']['refused_lines']} lines refused")
            for name in ("delay", "delay_since_start", "delay_from_sound", "cpu", "counters"):
                print(f"{name}: {json.dumps(result.get(name))}")
            if result.get("follow"):
                print(f"following: {result['follow']['state']}, {result['follow']['hop_ms']:.4f} ms a hop")
            print(f"processor time with all clients connected: {100 * share:.2f}% of one core")
        finally:
            process.terminate()
            process.wait(10)
            if uploader:
                os.waitpid(uploader, 0)


if __name__ == "__main__":
    main()
