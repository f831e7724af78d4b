"""A virtual sound system: a private PulseAudio server with a null sink, and an ALSA configuration that leads to it.

It does not touch the machine's own sound system, and several rigs do not disturb each other.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

SINK = "module-null-sink"
# Without norewinds an idle null sink renders two seconds at a time, which delays capture by as much.
SINK_ARGUMENTS = ["sink_name=testsink", "rate=44100", "channels=1", "channel_map=mono", "format=s16le", "norewinds=1"]


class Rig:
    """Starts the server on entry, stops it and removes its folder on exit."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="noted-rig."))
        self.folder.chmod(0o700)
        self.server_address = f"unix:{self.folder}/pulse/native"
        self.environment = dict(
            os.environ, XDG_RUNTIME_DIR=str(self.folder), HOME=str(self.folder), PULSE_SERVER=self.server_address,
            ALSA_CONFIG_PATH=str(self.folder / "asound.conf"))
        (self.folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            f'pcm.viapulse {{ type pulse server "{self.server_address}" device "testsink.monitor" }}\n')
        self.server = None
        self.start_server()
        return self

    def __exit__(self, *_):
        self.stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_server(self):
        self.server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--system=false", "--exit-idle-time=-1", "--disallow-exit",
             "--use-pid-file=no", f"--log-target=file:{self.folder}/pulse.log",
             f"--load=module-native-protocol-unix auth-anonymous=1 socket={self.folder}/pulse/native",
             f"--load={SINK} {' '.join(SINK_ARGUMENTS)}"],
            env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while subprocess.run(["pactl", "info"], env=self.environment, capture_output=True).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("the private PulseAudio server did not come up")
            time.sleep(0.05)

    def stop_server(self):
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def kill_server(self):
        """Ends the server without giving it time to close anything, as a crash or the out-of-memory killer does."""
        if self.server:
            self.server.kill()
            self.server.wait()
            self.server = None

    def control(self, *words):
        subprocess.run(["pactl", *words], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def stall(self):
        self.control("suspend-sink", "testsink", "1")

    def unstall(self):
        self.control("suspend-sink", "testsink", "0")

    def unplug(self):
        self.control("unload-module", SINK)

    def replug(self):
        self.control("load-module", SINK, *SINK_ARGUMENTS)

    def add_sink(self, name):
        """Adds a second null sink, whose monitor is the source `NAME.monitor`."""
        self.control("load-module", SINK, f"sink_name={name}", *SINK_ARGUMENTS[1:])

    def move_captures(self, source):
        """Moves every stream that records to `source`, as a user does in the sound settings.

        Returns how many were moved: a stream may refuse.
        """
        listed = subprocess.run(
            ["pactl", "list", "short", "source-outputs"], env=self.environment, check=True, capture_output=True)
        moves = [["pactl", "move-source-output", line.split()[0], source]
                 for line in listed.stdout.decode().splitlines()]
        return sum(
            subprocess.run(move, env=self.environment, capture_output=True).returncode == 0 for move in moves)

    def play(self, wav):
        """Starts playing and returns the process, for which the caller waits."""
        return subprocess.Popen(["paplay", "-d", "testsink", str(wav)], env=self.environment)
