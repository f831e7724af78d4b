#!/usr/bin/env python3
"""Measures the delay, processor time and memory of the daemon with many clients, as quoted in docs/daemon.md.

  Scripts/bench-daemon.py [--noted PATH] [--model FILE] [--source SPEC] [--score FILE] [--clients N] [--seconds S]

One client in ten never reads. Delays are those that the daemon reports in `status`.
"""
import argparse
import json
import os
import pathlib
import selectors
import socket
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--noted", default=ROOT / ".build/release/noted")
    parser.add_argument("--model")
    parser.add_argument("--source", default="none")
    parser.add_argument("--score")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/socket"
        command = [options.noted, "--socket", path, "--source", options.source, "--log-level", "error"]
        process = subprocess.Popen(
            command + (["--model", options.model] if options.model else [])
            + (["--score", options.score] if options.score else []))
        try:
            clients = [connect(path) for _ in range(options.clients)]
            reading = selectors.DefaultSelector()
            for index, client in enumerate(clients):
                if index % 10 != 9:
                    reading.register(client, selectors.EVENT_READ)
            began, used = time.monotonic(), processor_seconds(process)
            while (left := options.seconds - (time.monotonic() - began)) > 0:
                for key, _ in reading.select(min(left, 1)):
                    if not key.fileobj.recv(65536):
                        raise SystemExit("the daemon closed a connection")
            share = (processor_seconds(process) - used) / (time.monotonic() - began)
            result = status(path)
            for name in ("delay", "delay_since_start", "delay_from_sound", "cpu", "counters"):
                print(f"{name}: {json.dumps(result.get(name))}")
            if result.get("follow"):
                print(f"following: {result['follow']['state']}, {result['follow']['hop_ms']:.4f} ms a hop")
            print(f"processor time with all clients connected: {100 * share:.2f}% of one core")
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
