#!/usr/bin/env python3
"""Runs Scripts/fetch-musicnet.sh against a server of our own that breaks off, refuses ranges, lies and is not there.

    python3 Tests/EndToEnd/fetch_musicnet.py [FOLDER OF PROGRAMS]

With a folder of programs the real notelab checks what was fetched; without it a stand-in does.
"""
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
import sys
import tarfile
import tempfile
import threading
import unittest

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
        # What doesn't compress, so that the archive can be cut in the middle.
        files["musicnet/README"] = os.urandom(300_000)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


class Zenodo(http.server.BaseHTTPRequestHandler):
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
        """Connections that we cut ourselves are no news."""


class State:
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


class FetchMusicNet(unittest.TestCase):
    programs = None

    def setUp(self):
        self.state = State()
        self.server = Server(("127.0.0.1", 0), Zenodo)
        self.server.state = self.state
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = os.path.join(self.temporary.name, "musicnet")
        self.notelab = os.path.join(self.programs, "notelab") if self.programs else "/bin/true"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        self.temporary.cleanup()

    def fetch(self, *arguments, url=None):
        environment = dict(os.environ, MUSICNET_URL=url or f"http://127.0.0.1:{self.server.server_port}",
                           MUSICNET_PAUSE="0", NOTELAB=self.notelab)
        return subprocess.run([SCRIPT, *arguments, self.folder], env=environment, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def names(self):
        return sorted(name for name in os.listdir(self.folder))

    def check_whole(self, run):
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.names(), [".unpacked", "musicnet_metadata.csv", "test_data", "test_labels",
                                        "train_data", "train_labels"])
        with open(os.path.join(self.folder, "test_data", "2303.wav"), "rb") as file:
            self.assertEqual(file.read(), wave())
        if self.programs:
            self.assertIn("2 recordings, 0.1 minutes, 2 labels: 2 usable", run.stdout)

    def starts(self):
        return [start for name, start in self.state.requests if name == "musicnet.tar.gz"]

    def test_fetches_and_checks(self):
        self.check_whole(self.fetch())
        self.assertEqual(self.starts(), [0])
        # Again: nothing is fetched twice.
        self.check_whole(self.fetch())
        self.assertEqual(self.starts(), [0])

    def test_goes_on_after_a_cut(self):
        self.state.cuts = [100_000, 50_000]
        self.check_whole(self.fetch())
        self.assertEqual(self.starts(), [0, 100_000, 150_000])

    def test_goes_on_in_a_later_run(self):
        self.state.cuts = [120_000] + [0] * 5
        run = self.fetch()
        self.assertEqual(run.returncode, 69, run.stderr)
        self.assertIn("run this again to go on", run.stderr)
        self.assertEqual(os.path.getsize(os.path.join(self.folder, "musicnet.tar.gz.partial")), 120_000)
        self.state.requests.clear()
        self.check_whole(self.fetch())
        self.assertEqual(self.starts(), [120_000])

    def test_starts_again_where_ranges_are_refused(self):
        self.state.cuts = [100_000]
        self.state.ranges = False
        self.check_whole(self.fetch())
        self.assertEqual(self.starts(), [0, 0, 0])

    def test_refuses_what_differs_from_its_checksum(self):
        content = bytearray(self.state.files["musicnet.tar.gz"])
        content[1000] ^= 1
        self.state.files["musicnet.tar.gz"] = bytes(content)
        run = self.fetch()
        self.assertEqual(run.returncode, 65, run.stderr)
        self.assertIn("differs from its published MD5", run.stderr)
        self.assertEqual(self.names(), ["musicnet_metadata.csv"])

    def test_asks_for_room_first(self):
        self.state.sizes["musicnet.tar.gz"] = 10 ** 15
        run = self.fetch()
        self.assertEqual(run.returncode, 74, run.stderr)
        self.assertIn("there is not enough room", run.stderr)
        self.assertEqual(self.starts(), [])

    def test_asks_before_a_large_download(self):
        self.state.sizes["musicnet.tar.gz"] = 1_100_000_000
        run = self.fetch()
        self.assertEqual(run.returncode, 64, run.stderr)
        self.assertIn("--yes", run.stderr)
        self.assertEqual(self.starts(), [])

    def test_says_that_there_is_no_connection(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            run = self.fetch(url=f"http://127.0.0.1:{free.getsockname()[1]}")
        self.assertEqual(run.returncode, 69)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertIn("only where there is an internet connection", run.stderr)

    def test_refuses_a_page_that_is_no_record(self):
        self.state.page = lambda port: b"<html>Sign in to the network</html>"
        run = self.fetch()
        self.assertEqual(run.returncode, 65, run.stderr)
        self.assertIn("is no description of a record", run.stderr)

    def test_refuses_a_command_line_that_makes_no_sense(self):
        self.assertEqual(self.fetch("--fast").returncode, 64)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        FetchMusicNet.programs = os.path.abspath(sys.argv.pop(1))
    unittest.main()
