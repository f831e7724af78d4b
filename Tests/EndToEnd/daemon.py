"""Runs the real `noted` and connects to it as any client would."""
import json
import os
import signal
import socket
import subprocess
import threading
import time


class Client:
    """A connection to the socket, which collects every line with its time of arrival."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        self._start(connection)

    @classmethod
    def reading(cls, connection):
        """A client that takes over a connected socket and begins to read from it."""
        client = cls.__new__(cls)
        client._start(connection)
        return client

    def _start(self, connection):
        self.socket = connection
        self.lines = []
        self.closed = threading.Event()
        self.lock = threading.Condition()
        self.requests = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self.socket.makefile("rb") as stream:
            for line in stream:
                with self.lock:
                    self.lines.append((time.time(), json.loads(line)))
                    self.lock.notify_all()
        self.closed.set()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, method, params=None, timeout=10):
        """Sends a request and returns the whole response."""
        self.requests += 1
        message = {"jsonrpc": "2.0", "id": self.requests, "method": method}
        if params is not None:
            message["params"] = params
        self.send(json.dumps(message).encode() + b"\n")
        wanted = self.requests
        return self.wait(lambda line: line.get("id") == wanted, timeout)

    def wait(self, condition, timeout=10, since=0):
        """The first line from index `since` on that meets the condition. Fails if none arrives within `timeout` s."""
        deadline = time.monotonic() + timeout
        seen = since
        with self.lock:
            while True:
                for _, line in self.lines[seen:]:
                    if condition(line):
                        return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no such line within {timeout} s; the last lines were {self.lines[-4:]}")
                self.lock.wait(left)

    def wait_for_state(self, state, timeout=15, since=0):
        return self.wait(
            lambda line: line.get("method") == "source_state" and line["params"]["state"] == state, timeout, since)

    def notifications(self, method, since=0):
        """(arrival, params) of each notification of that name."""
        return [(at, line["params"]) for at, line in self.lines[since:] if line.get("method") == method]

    def close(self):
        """Disconnects. The reader's file holds the descriptor, so closing alone would leave the connection open."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the daemon closed it first
        self.socket.close()


class Daemon:
    """A running `noted` with a socket of its own, killed on exit if it still runs."""

    def __init__(self, programs, rig, *options, environment=None, launcher=()):
        """Starts the daemon in the environment of `rig`, or another one, and waits for its socket.

        `launcher` is a command that runs the daemon, such as ("prlimit", "--rttime=200000").
        """
        self.path = os.path.join(str(rig.folder), f"socket-{time.monotonic_ns()}")
        self.log_path = self.path + ".log"
        self.log = open(self.log_path, "w")
        self.process = subprocess.Popen(
            [*launcher, os.path.join(programs, "noted"), "--socket", self.path, *options],
            env=environment or rig.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + 20
        while not os.path.exists(self.path):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"noted did not come up: {open(self.log_path).read()}")
            time.sleep(0.02)

    def client(self):
        return Client(self.path)

    def stop(self):
        """Ends the daemon as systemd does and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        finally:
            self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
