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
        # False if requests are sent without `request`, so that their responses cannot be told from wrong ones.
        self.counts_requests = True
        # The first line that is not JSON, or incomplete.
        self.broken = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            with self.socket.makefile("rb") as stream:
                for line in stream:
                    try:
                        parsed = json.loads(line)
                    except ValueError:
                        self.broken = self.broken or line
                        continue
                    with self.lock:
                        self.lines.append((time.time(), parsed))
                        self.lock.notify_all()
        except OSError:
            pass  # the daemon was killed
        self.closed.set()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, method, params=None, timeout=10):
        """Sends a request and returns the whole response."""
        wanted = self.post(method, params)
        return self.wait(lambda line: line.get("id") == wanted, timeout)

    def post(self, method, params=None):
        """Sends a request without waiting for its response, and returns its id."""
        self.requests += 1
        message = {"jsonrpc": "2.0", "id": self.requests, "method": method}
        if params is not None:
            message["params"] = params
        self.send(json.dumps(message).encode() + b"\n")
        return self.requests

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

    def __init__(
            self, programs, rig, *options, environment=None, path=None, launcher=(), stdin=subprocess.DEVNULL):
        """Starts the daemon in the environment of `rig`, or another one, and waits until it accepts connections.

        `path`: of a socket that an earlier daemon may have left behind. `launcher`: a command that runs the daemon,
        such as ("prlimit", "--rttime=200000").
        """
        self.path = path or os.path.join(str(rig.folder), f"socket-{time.monotonic_ns()}")
        self.log_path = os.path.join(str(rig.folder), f"daemon-{time.monotonic_ns()}.log")
        self.log = open(self.log_path, "w")
        self.process = subprocess.Popen(
            [*launcher, os.path.join(programs, "noted"), "--socket", self.path, *options],
            env=environment or rig.environment, stdin=stdin, stdout=subprocess.DEVNULL, stderr=self.log)
        deadline = time.monotonic() + 20
        # A connection costs the daemon a client, so connect only to see whether a file that exists is in use.
        left_behind = os.path.exists(self.path)
        while not (self._accepts() if left_behind else os.path.exists(self.path)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"noted did not come up: {self.logged()}")
            time.sleep(0.02)

    def _accepts(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.path) == 0

    def client(self):
        return Client(self.path)

    def logged(self):
        """Everything that the daemon has logged so far."""
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def kill(self):
        """Ends the daemon with SIGKILL, which leaves its socket file behind."""
        self.process.kill()
        self.process.wait()

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
