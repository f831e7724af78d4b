"""Scripts/fetch-musicnet.sh against a local server that cuts connections, ignores ranges or sends wrong data."""
import hashlib
import http.server
import io
import json
import math
import os
import re
import socket
import struct
import subprocess
import tarfile
import threading

import pytest

SCRIPT = os.path.join(os.path.dirname(__file__), "..", "..", "Scripts", "fetch-musicnet.sh")
HEADER = "start_time,end_time,instrument,note,start_beat,end_beat,note_value\n"
METADATA = (
    "id,composer,composition,movement,ensemble,source,transcriber,catalog_name,seconds\n"
    '2303,Bach,"Prelude, and Fugue",Prelude,Solo Piano,nobody,nobody,BWV0,2\n'
    "1727,Schubert,Nothing,1. Slow,Solo Piano,nobody,nobody,D0,2\n"
).encode()


def wave():
    """Two seconds of A4 as mono 32-bit floats at 44.1 kHz, like MusicNet's files."""
    samples = b"".join(struct.pack("<f", 0.3 * math.sin(2 * math.pi * 440 * i / 44100)) for i in range(88200))
    form = struct.pack("<HHIIHH", 3, 1, 44100, 176400, 4, 32)
    return (b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack("<I", 16) + form
            + b"data" + struct.pack("<I", len(samples)) + samples)


def archive():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        files = {}
        for part, name in (("train", "1727"), ("test", "2303")):
            files[f"musicnet/{part}_data/{name}.wav"] = wave()
            files[f"musicnet/{part}_labels/{name}.csv"] = (HEADER + "0,44100,1,69,0.0,1.0,Quarter\n").encode()
        # Incompressible, so that the archive can be cut in the middle.
        files["musicnet/README"] = os.urandom(300_000)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


class Zenodo(http.server.BaseHTTPRequestHandler):
    """Serves the record and its files, with the faults that the server's `state` asks for."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        state = self.server.state
        if self.path == "/api/records/5120004":
            return self.reply(200, state.page(self.server.server_port))
        name = self.path.split("/")[-2]
        content = state.files.get(name)
        if content is None:
            return self.reply(404, b"no such file")
        start = 0
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and state.ranges:
            start = int(wanted.group(1))
        state.requests.append((name, start))
        cut = state.cuts.pop(0) if state.cuts and name == "musicnet.tar.gz" else None
        body = content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Connections that the test cuts itself are not reported."""


class State:
    """What the server publishes, its faults, and the requests that it got."""

    def __init__(self):
        self.files = {"musicnet.tar.gz": archive(), "musicnet_metadata.csv": METADATA}
        self.digests = {name: hashlib.md5(content).hexdigest() for name, content in self.files.items()}
        self.sizes = {name: len(content) for name, content in self.files.items()}
        self.ranges = True
        self.cuts = []
        self.requests = []

    def page(self, port):
        return json.dumps({"files": [
            {"key": name, "size": self.sizes[name], "checksum": "md5:" + self.digests[name],
             "links": {"self": f"http://127.0.0.1:{port}/api/records/5120004/files/{name}/content"}}
            for name in self.files]}).encode()


class Fetch:
    """A run of the script against the server, into a folder."""

    def __init__(self, folder, notelab):
        self.folder = folder / "musicnet"
        self.notelab = notelab
        self.state = State()
        self.server = Server(("127.0.0.1", 0), Zenodo)
        self.server.state = self.state
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __call__(self, *arguments, url=None):
        environment = dict(
            os.environ, MUSICNET_URL=url or f"http://127.0.0.1:{self.server.server_port}", MUSICNET_PAUSE="0",
            NOTELAB=str(self.notelab))
        return subprocess.run(
            [SCRIPT, *arguments, self.folder], env=environment, text=True, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=120)

    def names(self):
        """The names of the files in the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def starts(self):
        """The offset of each request for the archive."""
        return [start for name, start in self.state.requests if name == "musicnet.tar.gz"]

    def check_complete(self, run):
        assert run.returncode == 0, run.stderr
        assert self.names() == [
            ".unpacked", "musicnet_metadata.csv", "test_data", "test_labels", "train_data", "train_labels"]
        assert (self.folder / "test_data/2303.wav").read_bytes() == wave()
        assert "2 recordings, 0.1 minutes, 2 labels: 2 usable" in run.stdout


@pytest.fixture
def fetch(folder, programs):
    fetch = Fetch(folder, programs / "notelab")
    yield fetch
    fetch.close()


def test_fetches_and_checks(fetch):
    """A fetch is complete and checked, and a second one downloads nothing."""
    fetch.check_complete(fetch())
    assert fetch.starts() == [0]
    fetch.check_complete(fetch())
    assert fetch.starts() == [0]


def test_resumes_after_a_cut(fetch):
    fetch.state.cuts = [100_000, 50_000]
    fetch.check_complete(fetch())
    assert fetch.starts() == [0, 100_000, 150_000]


def test_resumes_in_a_later_run(fetch):
    fetch.state.cuts = [120_000] + [0] * 5
    run = fetch()
    assert run.returncode == 69, run.stderr
    assert "run this again to continue" in run.stderr
    assert (fetch.folder / "musicnet.tar.gz.partial").stat().st_size == 120_000
    fetch.state.requests.clear()
    fetch.check_complete(fetch())
    assert fetch.starts() == [120_000]


def test_restarts_where_ranges_are_refused(fetch):
    fetch.state.cuts = [100_000]
    fetch.state.ranges = False
    fetch.check_complete(fetch())
    assert fetch.starts() == [0, 0, 0]


def test_rejects_a_wrong_checksum(fetch):
    content = bytearray(fetch.state.files["musicnet.tar.gz"])
    content[1000] ^= 1
    fetch.state.files["musicnet.tar.gz"] = bytes(content)
    run = fetch()
    assert run.returncode == 65, run.stderr
    assert "differs from its published MD5" in run.stderr
    assert fetch.names() == ["musicnet_metadata.csv"]


def test_checks_free_space_first(fetch):
    fetch.state.sizes["musicnet.tar.gz"] = 10 ** 15
    run = fetch()
    assert run.returncode == 74, run.stderr
    assert "not enough space" in run.stderr
    assert fetch.starts() == []


def test_asks_before_a_large_download(fetch):
    fetch.state.sizes["musicnet.tar.gz"] = 1_100_000_000
    run = fetch()
    assert run.returncode == 64, run.stderr
    assert "--yes" in run.stderr
    assert fetch.starts() == []


def test_reports_a_missing_connection(fetch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        run = fetch(url=f"http://127.0.0.1:{free.getsockname()[1]}")
    assert run.returncode == 69
    assert run.stderr.count("\n") == 1, run.stderr
    assert "requires an internet connection" in run.stderr


def test_rejects_a_page_that_is_not_a_record(fetch):
    fetch.state.page = lambda port: b"<html>Sign in to the network</html>"
    run = fetch()
    assert run.returncode == 65, run.stderr
    assert "is not a Zenodo record" in run.stderr


def test_rejects_an_unknown_option(fetch):
    assert fetch("--fast").returncode == 64
