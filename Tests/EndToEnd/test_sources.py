"""Sources that are not as they should be: inverted stereo, unfinished and damaged files, closed standard input."""
import os
import subprocess
import wave

import pytest

from daemon import Client
from phrase import ROOT, phrase

SECONDS = 3


def recording(folder, name, *effects, channels=1):
    """The beginning of the demo performance as an audio file in the format of `name`."""
    path = folder / name
    subprocess.run(
        ["sox", "-D", ROOT / "Demo/prelude.ogg", "-b", "16", "-c", str(channels), path, "trim", "0", str(SECONDS),
         *effects], check=True)
    return path


def inverted(wav, path):
    """A stereo file whose right channel is the inverted left one."""
    with wave.open(str(wav)) as source:
        rate, samples = source.getframerate(), memoryview(source.readframes(source.getnframes())).cast("h")
    with wave.open(str(path), "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(b"".join(
            left.to_bytes(2, "little", signed=True) + max(-32767, min(32767, -left)).to_bytes(2, "little", signed=True)
            for left in samples))
    return path


def play(programs, rig, source, *options):
    """Plays a source to its end: (exit code, notes, states, log)."""
    path = str(rig.folder / f"socket-{os.path.basename(source)}")
    process = subprocess.Popen(
        [programs / "noted", "--socket", path, "--source", source, "--exit-at-end", *options], env=rig.environment,
        stderr=subprocess.PIPE, text=True)
    try:
        while process.poll() is None and not os.path.exists(path):
            pass
        client = Client(path)
        _, log = process.communicate(timeout=30)
        client.closed.wait(5)
    finally:
        process.kill()
        process.wait()
    notes = client.notifications("note_on")
    assert len(notes) == len(client.notifications("note_off"))
    return process.returncode, notes, [state for _, state in client.notifications("source_state")], log


def test_inverted_stereo_live(noted, rig):
    """A live stereo source whose channels cancel each other is heard, and everybody is told."""
    rig.control("load-module", "module-null-sink", "sink_name=stereo", "rate=44100", "channels=2", "format=s16le",
                "norewinds=1")
    wav, _ = phrase(rig)
    both = inverted(wav, rig.folder / "inverted.wav")
    configuration = rig.folder / "mix.yaml"
    configuration.write_text("channel: mix\n")
    for options, expected in [([], "only channel 1 of 2 is used"), (["--config", str(configuration)], "set 'channel'")]:
        with noted("--source", "pulse:stereo.monitor", *options) as daemon:
            client = daemon.client()
            client.wait_for_state("running")
            player = subprocess.Popen(["paplay", "-d", "stereo", str(both)], env=rig.environment)
            try:
                state = client.wait(lambda line: line.get("params", {}).get("channels_cancel"))["params"]
                assert state["state"] == "running" and state["channels"] == 2, state
                assert state.get("channel") == (None if options else 1), state
                assert expected in state["detail"] and expected in state["warnings"][0], state
                if not options:
                    client.wait(lambda line: line.get("method") == "note_on")
                source = client.request("status")["result"]["source"]
                assert source["channels_cancel"] and source.get("channel") == state.get("channel"), source
            finally:
                player.kill()
                player.wait()
            notes = client.notifications("note_on")
            assert (not notes) == bool(options), f"{len(notes)} notes"
            assert daemon.stop() == 0
        assert "cancel each other" in open(daemon.log_path).read(), open(daemon.log_path).read()


def test_inverted_stereo_file(programs, rig):
    """The same for a file, from its first note on; a channel can be named, and a missing one is reported."""
    mono = recording(rig.folder, "mono.wav")
    _, expected, _, _ = play(programs, rig, f"file:{mono}")
    both = inverted(mono, rig.folder / "both.wav")
    code, notes, states, log = play(programs, rig, f"file:{both}")
    assert code == 0 and [note["note"] for _, note in notes] == [note["note"] for _, note in expected]
    assert states[-1]["state"] == "waiting" and any(state.get("channel") == 1 for state in states), states
    assert "cancel each other" in log, log
    configuration = rig.folder / "channel.yaml"
    configuration.write_text("channel: 3\n")
    code, notes, states, log = play(programs, rig, f"file:{both}", "--config", str(configuration))
    assert code == 0 and notes and "only 2 channels" in log, log
    configuration.write_text("channel: 0\n")
    done = subprocess.run(
        [programs / "noted", "--check-config", "--config", configuration], capture_output=True, text=True)
    assert done.returncode == 78 and "channel.yaml:1" in done.stderr and "left" in done.stderr, done.stderr


@pytest.mark.parametrize("sizes", [(0, 0), (0x7FFFF024, 0x7FFFF000), None])
def test_unfinished_wave_files(programs, rig, sizes):
    """A WAV file whose recorder was killed, or that is cut off, is played to its end with a warning."""
    data = bytearray(recording(rig.folder, "good.wav").read_bytes())
    if sizes:
        data[4:8], data[40:44] = (size.to_bytes(4, "little") for size in sizes)
    else:
        data = data[:len(data) * 3 // 4]
    path = rig.folder / "killed.wav"
    path.write_bytes(data)
    code, notes, states, log = play(programs, rig, f"file:{path}")
    assert code == 0 and len(notes) > 5, f"{len(notes)} notes, exit {code}: {log}"
    expected = "never finished" if sizes else "truncated"
    assert expected in log and "killed.wav" in log, log
    assert any(expected in state["detail"] for state in states), states


def test_damaged_files(programs, rig):
    """What is sound is played, what is missing is said, and the exit code is 65."""
    flac = recording(rig.folder, "good.flac").read_bytes()
    ogg = recording(rig.folder, "good.ogg").read_bytes()
    middle = len(flac) // 2
    for name, data, text in [
        ("cut.flac", flac[:len(flac) * 6 // 10], "it ends after"),
        ("hole.flac", flac[:middle] + bytes(64) + flac[middle + 64:], "replaced by silence"),
        ("cut.ogg", ogg[:len(ogg) * 6 // 10], "cut off"),
    ]:
        (rig.folder / name).write_bytes(data)
        code, notes, states, log = play(programs, rig, f"file:{rig.folder / name}")
        assert code == 65 and len(notes) > 5, f"{name}: {len(notes)} notes, exit {code}: {log}"
        assert text in log and name in log, log
        assert states[-1]["state"] == "failed" and text in states[-1]["detail"], states
        done = subprocess.run([programs / "notelab", "transcribe", rig.folder / name], capture_output=True, text=True)
        assert done.returncode == 65 and text in done.stderr and done.stdout.count("\n") > 5, done
    (rig.folder / "chained.ogg").write_bytes(ogg + ogg)
    code, notes, _, _ = play(programs, rig, f"file:{rig.folder / 'chained.ogg'}")
    assert code == 0 and any(note["sample"] > (SECONDS + 1) * 44100 for _, note in notes)


def test_files_that_are_something_else(programs, rig):
    """The message names what a file really is, and nothing blocks."""
    os.mkfifo(rig.folder / "fifo")
    (rig.folder / "aac.mp3").write_bytes(b"\0\0\0\x1cftypM4A \0\0\2\0M4A isomiso2" + bytes(400))
    (rig.folder / "text.wav").write_bytes(b"this is not audio\n" * 9)
    (rig.folder / "empty.wav").write_bytes(b"")
    for name, code, text in [
        ("fifo", 66, "named pipe"), (".", 66, "directory"), ("/dev/zero", 66, "device"), ("aac.mp3", 65, "AAC"),
        ("text.wav", 65, "text file"), ("empty.wav", 65, "empty"),
    ]:
        done = subprocess.run(
            [programs / "noted", "--socket", rig.folder / "s", "--source", f"file:{rig.folder / name}"],
            capture_output=True, text=True, timeout=20, env=rig.environment)
        assert done.returncode == code and text in done.stderr, done
        assert done.stderr.count("\n") <= 2, done.stderr


def test_closed_standard_descriptors(programs, rig):
    """A closed standard input isn't replaced by a descriptor of the daemon's own, and is reported as closed."""
    path = str(rig.folder / "closed")
    log = rig.folder / "closed.log"
    with open(log, "w") as errors:
        process = subprocess.Popen(
            ["bash", "-c", 'exec "$@" <&- >&-', "bash", programs / "noted", "--socket", path, "--source", "stdin"],
            env=rig.environment, stderr=errors)
        try:
            while process.poll() is None and not os.path.exists(path):
                pass
            client = Client(path)
            state = client.wait_for_state("failed")["params"]
            assert "standard input is closed" in state["detail"], state
            for descriptor in (0, 1):
                assert os.readlink(f"/proc/{process.pid}/fd/{descriptor}") == "/dev/null"
            assert "result" in client.request("ping")
        finally:
            process.terminate()
            assert process.wait(10) == 0
    assert "standard input is closed" in log.read_text()
