"""Hours of use in minutes: audio, faults and clients by seed, while memory, threads and descriptors are watched.

`FastSoak` feeds standard input as fast as the daemon reads it; `LiveSoak` plays to a sound server in real time.
Scripts/soak.py runs either by hand, and test_soak.py runs the fast one.
"""
import dataclasses
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import threading
import time

from checker import check, stop_and_check
from daemon import Client, Daemon

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RATE = 44_100
# What one client, one model and one score more or less may cost, and no more: growth after the warm-up.
MOST_MEMORY_GROWTH = 24 << 20
MOST_THREAD_GROWTH = 2
MOST_DESCRIPTOR_GROWTH = 3
# The share of the run that counts as warm-up.
WARM_UP = 0.3


@dataclasses.dataclass
class Sample:
    """What the process used at one moment at which no visitor was connected."""
    second: float
    memory: int
    threads: int
    descriptors: int


def processor_seconds(process):
    """The processor time that the process has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Usage:
    """Memory, threads and descriptors over a run."""

    def __init__(self, process):
        self.process = process
        self.began = time.monotonic()
        self.samples = []

    def sample(self):
        folder = pathlib.Path(f"/proc/{self.process.pid}")
        fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        self.samples.append(Sample(
            time.monotonic() - self.began, int(fields["VmRSS"].split()[0]) << 10, int(fields["Threads"]),
            len(os.listdir(folder / "fd"))))

    def growth(self):
        """(memory, threads, descriptors) that the end has more than the time just after the warm-up, as medians."""
        after = self.samples[int(len(self.samples) * WARM_UP):]
        third = max(1, len(after) // 3)
        assert len(after) >= 6, f"only {len(after)} samples after the warm-up: the run was too short"
        return tuple(
            statistics.median(getattr(s, name) for s in after[-third:])
            - statistics.median(getattr(s, name) for s in after[:third])
            for name in ("memory", "threads", "descriptors"))

    def check(self):
        memory, threads, descriptors = self.growth()
        print(self)
        assert memory <= MOST_MEMORY_GROWTH, f"memory grew by {memory / 2**20:.1f} MiB: {self}"
        assert threads <= MOST_THREAD_GROWTH, f"{threads:+.0f} threads: {self}"
        assert descriptors <= MOST_DESCRIPTOR_GROWTH, f"{descriptors:+.0f} descriptors: {self}"

    def __str__(self):
        memory, threads, descriptors = self.growth()
        series = [s.memory >> 20 for s in self.samples[::max(1, len(self.samples) // 12)]]
        last = self.samples[-1]
        return (f"growth after the warm-up: {memory / 2**20:+.1f} MiB, {threads:+.0f} threads, "
                f"{descriptors:+.0f} descriptors; at the end {last.memory >> 20} MiB, {last.threads} threads, "
                f"{last.descriptors} descriptors; MiB over time: {series}")


class Visitors:
    """Clients that come, ask, misbehave and go, one after the other, by seed."""

    def __init__(self, path, seed, folder, is_paced=True):
        self.path = path
        # Audio that arrives faster than in real time has no times.
        self.clock_steps = not is_paced
        self.random = random.Random(seed)
        self.folder = folder
        self.counts = {}
        self.deaf = []
        (folder / "bad.safetensors").write_bytes(self.random.randbytes(100_000))
        (folder / "bad.mid").write_bytes(b"MThd" + self.random.randbytes(3000))

    def visit(self):
        action = self.random.choice([
            self.watch, self.vanish, self.vandalise, self.turn_deaf, self.load_model, self.load_bad_model,
            self.load_score, self.load_bad_score, self.steer, self.subscribe])
        self.counts[action.__name__] = self.counts.get(action.__name__, 0) + 1
        try:
            action()
        except OSError:
            pass  # the daemon may close the connection of a client that misbehaves

    def leave(self):
        for client in self.deaf:
            client.close()
        self.deaf = []

    def _connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(30)
        client.connect(str(self.path))
        return client

    def _ask(self, method, params):
        client = Client(self.path)
        try:
            return client.request(method, params, timeout=60)
        finally:
            check(client, clock_steps=self.clock_steps)
            client.close()

    def watch(self):
        client = Client(self.path)
        client.request("status", timeout=60)
        time.sleep(self.random.uniform(0, 0.2))
        check(client, clock_steps=self.clock_steps)
        client.close()

    def vanish(self):
        with self._connect() as client:
            client.sendall(b'{"jsonrpc":"2.0","id":1,"meth')

    def vandalise(self):
        with self._connect() as client:
            for _ in range(self.random.randrange(20)):
                client.sendall(self.random.randbytes(self.random.randrange(2000)) + b"\n")

    def turn_deaf(self):
        client = self._connect()
        client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["level","activations"]}}\n')
        self.deaf.append(client)
        if len(self.deaf) > 4:
            self.deaf.pop(0).close()

    def subscribe(self):
        client = Client(self.path)
        client.request("subscribe", {"topics": ["level", "activations"], "position_rate": 10}, timeout=60)
        client.request("unsubscribe", None, timeout=60)
        client.close()

    def load_model(self):
        name = self.random.choice(["default", "fast"])
        answer = self._ask("model.load", {"path": f"{ROOT}/Models/{name}.safetensors"})
        assert "result" in answer, answer

    def load_bad_model(self):
        answer = self._ask("model.load", {"path": str(self.folder / "bad.safetensors")})
        assert answer["error"]["code"] == -32001, answer

    def load_score(self):
        answer = self._ask("score.load", {"path": f"{ROOT}/Demo/prelude.mid"})
        assert "result" in answer, answer

    def load_bad_score(self):
        answer = self._ask("score.load", {"path": str(self.folder / "bad.mid")})
        assert answer["error"]["code"] == -32006, answer

    def steer(self):
        self._ask(*self.random.choice([
            ("follow.goto", {"measure": self.random.randrange(1, 15)}), ("follow.pause", None), ("follow.resume", None),
            ("follow.start", None), ("score.unload", None)]))


class FastSoak:
    """Audio through standard input, as fast as it goes."""

    def __init__(self, programs, rig, seed, hours):
        self.programs, self.rig, self.seed = programs, rig, seed
        self.samples = int(hours * 3600 * RATE)
        self.random = random.Random(seed)

    def run(self):
        began = time.monotonic()
        daemon = Daemon(
            self.programs, self.rig, "--source", f"stdin:f32le,{RATE},1", "--log-level", "warning",
            stdin=subprocess.PIPE)
        with daemon:
            observer = daemon.client()
            # Thousands of positions a second would only make this client fall behind.
            observer.request("unsubscribe", {"topics": ["position"]})
            visitors = Visitors(daemon.path, self.seed, self.rig.folder, is_paced=False)
            usage = Usage(daemon.process)
            feeder = threading.Thread(target=self._feed, args=(daemon.process.stdin,), daemon=True)
            feeder.start()
            while feeder.is_alive():
                for _ in range(10):
                    visitors.visit()
                    feeder.join(0.05)
                if self.random.random() < 0.1:
                    daemon.process.send_signal(signal.SIGHUP)
                visitors.leave()
                usage.sample()
            observer.wait(
                lambda line: line.get("method") == "source_state" and line["params"]["detail"] == "ended", 120)
            counters = observer.request("status")["result"]["counters"]
            used = processor_seconds(daemon.process)
            notes = stop_and_check(daemon, observer, clock_steps=True)
            elapsed = time.monotonic() - began
            print(f"seed {self.seed}: {self.samples / RATE / 3600:.2f} h of audio in {elapsed:.0f} s, of which "
                  f"{used:.0f} s of processor time, {notes} notes, "
                  f"{sum(visitors.counts.values())} visits {visitors.counts}\n{counters}")
            assert counters["hops"] >= self.samples // 512 - 1, f"audio was lost: {counters}"
            assert notes > self.samples / RATE / 2, f"only {notes} notes"
            if not counters["resyncs"]:
                assert notes == counters["notes"], f"{notes} notes received of {counters['notes']} published"
            usage.check()

    def _feed(self, pipe):
        """Writes the demo performance in pieces, with silence, noise and bytes that are no audio between them."""
        material = [self._decode(*effects) for effects in (
            (), ("speed", "1.06"), ("speed", "0.94"), ("vol", "0.2"))]
        left = self.samples * 4
        while left > 0:
            kind = self.random.random()
            if kind < 0.9:
                whole = self.random.choice(material)
                length = 4 * int(RATE * self.random.uniform(0.5, 20))
                start = 4 * self.random.randrange(max(1, (len(whole) - length) // 4))
                piece = whole[start:start + length]
            elif kind < 0.96:
                piece = bytes(4 * int(RATE * self.random.uniform(0, 4)))
            else:
                # NaN, infinities, and numbers far above full scale.
                piece = self.random.randbytes(4 * self.random.randrange(4000))
            piece = piece[:left]
            left -= len(piece)
            # Pieces that end within a sample.
            cut = self.random.randrange(len(piece) + 1)
            for part in (piece[:cut], piece[cut:]):
                try:
                    pipe.write(part)
                    pipe.flush()
                except BrokenPipeError:
                    return  # the test has failed, and says why
            if self.random.random() < 0.02:
                time.sleep(self.random.uniform(0, 0.3))
        pipe.close()

    @staticmethod
    def _decode(*effects):
        done = subprocess.run(
            ["sox", "-D", "-V1", ROOT / "Demo/prelude.ogg", "-t", "raw", "-e", "floating-point", "-b", "32", "-c", "1",
             "-r", str(RATE), "-", *effects], check=True, capture_output=True)
        return memoryview(done.stdout)


class LiveSoak:
    """Music in real time through a sound server that stalls, vanishes and is killed, on a machine that is busy at
    times."""

    def __init__(self, programs, rig, seed, minutes):
        self.programs, self.rig, self.seed, self.minutes = programs, rig, seed, minutes
        self.random = random.Random(seed)
        self.player = None
        self.wav = rig.folder / "prelude.wav"
        subprocess.run(["sox", "-D", ROOT / "Demo/prelude.ogg", "-b", "16", self.wav], check=True)

    def run(self):
        faults = {}
        with Daemon(self.programs, self.rig, "--source", "pulse:testsink.monitor") as daemon:
            observer = daemon.client()
            observer.wait_for_state("running")
            visitors = Visitors(daemon.path, self.seed, self.rig.folder)
            usage = Usage(daemon.process)
            end = time.monotonic() + 60 * self.minutes
            fault_at = time.monotonic() + 5
            while time.monotonic() < end:
                self._keep_playing()
                visitors.visit()
                time.sleep(self.random.uniform(0, 1))
                if time.monotonic() > fault_at:
                    fault = self.random.choice([self.kill, self.unplug, self.stall, self.freeze, self.overload])
                    faults[fault.__name__] = faults.get(fault.__name__, 0) + 1
                    fault(daemon)
                    fault_at = time.monotonic() + self.random.uniform(3, 20)
                if not usage.samples or time.monotonic() - usage.began > usage.samples[-1].second + 5:
                    visitors.leave()
                    time.sleep(0.2)
                    usage.sample()
            self._stop_playing()
            since = len(observer.lines)
            if observer.request("status")["result"]["source"]["state"] != "running":
                observer.wait_for_state("running", 30, since)
            counters = observer.request("status")["result"]["counters"]
            notes = stop_and_check(daemon, observer)
            print(f"seed {self.seed}: {self.minutes} minutes, {notes} notes, faults {faults}, visits "
                  f"{visitors.counts}\n{counters}\n{daemon.logged()[-2000:]}")
            usage.check()

    def _keep_playing(self):
        if not self.player or self.player.poll() is not None:
            if self.rig.server:
                self.player = self.rig.play(self.wav)

    def _stop_playing(self):
        if self.player:
            self.player.kill()
            self.player.wait()
            self.player = None

    def kill(self, _):
        self.rig.kill_server()
        self._stop_playing()
        time.sleep(self.random.uniform(0, 2))
        self.rig.start_server()

    def unplug(self, _):
        self.rig.unplug()
        self._stop_playing()
        time.sleep(self.random.uniform(0, 2))
        self.rig.replug()

    def stall(self, _):
        self.rig.stall()
        time.sleep(self.random.uniform(0, 3))
        self.rig.unstall()

    def freeze(self, daemon):
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0, 3))
        daemon.process.send_signal(signal.SIGCONT)

    def overload(self, _):
        loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(2)]
        time.sleep(self.random.uniform(1, 5))
        for loop in loops:
            loop.kill()
            loop.wait()
