"""A virtual sound system with PipeWire: pipewire, wireplumber and pipewire-pulse on a D-Bus of their own.

Clients see a PulseAudio server with the same null sink as in `Rig`. PipeWire mixes in 32-bit floating point at its own
rate, so that audio does not arrive bit for bit.
"""
import shutil
import signal
import socket
import subprocess
import time

from rig import SINK, SINK_ARGUMENTS, Rig

PROGRAMS = ("pipewire", "wireplumber", "pipewire-pulse")


def is_installed():
    return all(shutil.which(program) for program in (*PROGRAMS, "dbus-daemon"))


class PipeWireRig(Rig):
    """Starts the bus and the three daemons on entry, stops them and removes its folder on exit."""

    bus = None

    def start_server(self):
        if not self.bus:
            self.bus = subprocess.Popen(
                ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address"],
                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            address = self.bus.stdout.readline().decode().strip()
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.processes = []
        for program in PROGRAMS:
            with open(self.folder / f"{program}.log", "a") as log:
                self.processes.append(subprocess.Popen([program], env=self.environment, stdout=log, stderr=log))
            # The other two give up if they find no server. A killed one leaves its socket file behind.
            self._wait(self._accepts, "pipewire")
        self._wait(lambda: self._answers("info"), "pipewire-pulse")
        self.replug()
        # Until the session has a policy, the monitor cannot be recorded from.
        self._wait(lambda: b"testsink.monitor" in self._list("sources"), "the null sink")

    def stop_server(self):
        self._end_servers("terminate")

    def kill_server(self):
        self._end_servers("kill")

    def __exit__(self, *arguments):
        self._end_servers("kill")
        if self.bus:
            self.bus.kill()
            self.bus.wait()
            self.bus.stdout.close()
        super().__exit__(*arguments)

    def stall(self):
        # A sink that somebody records from does not stay suspended here, so stop the server itself.
        self.processes[0].send_signal(signal.SIGSTOP)

    def unstall(self):
        self.processes[0].send_signal(signal.SIGCONT)

    def replug(self):
        # PipeWire's module does not know `norewinds`.
        self.control("load-module", SINK, *(word for word in SINK_ARGUMENTS if not word.startswith("norewinds")))

    def add_sink(self, name):
        self.control("load-module", SINK, f"sink_name={name}", "rate=44100", "channels=1", "channel_map=mono")

    def _end_servers(self, how):
        for process in reversed(self.processes):
            getattr(process, how)()
        for process in self.processes:
            process.wait()
        self.processes = []

    def _accepts(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.folder / "pipewire-0")) == 0

    def _answers(self, *words):
        return subprocess.run(["pactl", *words], env=self.environment, capture_output=True).returncode == 0

    def _list(self, kind):
        return subprocess.run(
            ["pactl", "list", "short", kind], env=self.environment, capture_output=True).stdout

    @staticmethod
    def _wait(condition, what):
        deadline = time.monotonic() + 15
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} did not come up")
            time.sleep(0.02)
