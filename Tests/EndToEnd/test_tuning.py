"""Players who are not tuned to A4 = 440 Hz, with the demo performance resampled to other tunings."""
import json
import subprocess
import time

from daemon import Daemon
from phrase import ROOT

SCORE = ROOT / "Demo/prelude.mid"


def detuned(folder, a4, seconds=12):
    """The beginning of the demo performance with A4 at another frequency, as a WAV file."""
    wav = folder / f"prelude-{a4}.wav"
    subprocess.run(
        ["sox", "-D", ROOT / "Demo/prelude.ogg", "-b", "16", wav, "speed", str(a4 / 440), "rate", "44100",
         "trim", "0", str(seconds)], check=True)
    return wav


def play(client, wav, seconds):
    """Plays a file and returns the status after some seconds."""
    client.request("source.select", {"source": f"file:{wav}"})
    time.sleep(seconds)
    return client.request("status")["result"]


class Silent:
    """The environment of a daemon without sound servers."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}


def test_estimated_and_set_tunings(programs, folder):
    def notectl(*arguments):
        run = subprocess.run(
            [programs / "notectl", "--socket", daemon.path, *arguments], capture_output=True, text=True)
        return run.returncode, run.stdout + run.stderr

    with Daemon(programs, Silent(folder), "--source", "none", "--score", str(SCORE)) as daemon:
        client = daemon.client()
        # A semitone below: only the score can show that.
        status = play(client, detuned(folder, 415), 10)
        tuning = status["tuning"]
        assert tuning["automatic"] and abs(tuning["a4"] - 415.3) < 1, f"the tuning is {tuning}"
        assert status["follow"]["state"] == "following", f"following is {status['follow']}"
        told = [params for _, params in client.notifications("tuning")]
        assert told and abs(told[-1]["a4"] - 415.3) < 1 and told[-1]["automatic"], f"clients received {told}"
        before = {name: status["counters"][name] for name in ("missed_notes", "expected_notes")}
        late = daemon.client()
        assert late.wait(lambda line: line.get("method") == "tuning")["params"] == told[-1]

        # Set to a tuning between two semitones.
        code, text = notectl("tuning", "427")
        assert code == 0 and "A4 = 427.0 Hz, set" in text, text
        client.request("follow.start")
        status = play(client, detuned(folder, 427), 8)
        assert status["tuning"]["a4"] == 427 and not status["tuning"]["automatic"], status["tuning"]
        missed = status["counters"]["missed_notes"] - before["missed_notes"]
        expected = status["counters"]["expected_notes"] - before["expected_notes"]
        assert expected > 20 and missed <= 2, f"{expected} notes were expected and {missed} missed"

        assert notectl("tuning", "300")[0] == 64
        assert client.request("tuning.set", {"a4": 300})["error"]["code"] == -32602
        code, text = notectl("tuning", "auto")
        assert code == 0 and "automatic" in text, text
        ons, offs = (len(client.notifications(name)) for name in ("note_on", "note_off"))
        assert daemon.stop() == 0, "noted did not exit with 0"
        assert ons > 40 and abs(ons - offs) <= 12, f"{ons} note_on and {offs} note_off"


def test_configured_tuning(programs, folder):
    configuration = folder / "noted.yaml"
    configuration.write_text("a4: 415\n")
    with Daemon(programs, Silent(folder), "--source", "none", "--config", str(configuration)) as daemon:
        client = daemon.client()
        state = client.wait(lambda line: line.get("method") == "tuning")["params"]
        assert state == {"a4": 415, "automatic": False}, state
        assert daemon.stop() == 0, "noted did not exit with 0"
    configuration.write_text("a4: 500\n")
    run = subprocess.run(
        [programs / "noted", "--check-config", "--config", configuration], capture_output=True, text=True)
    assert run.returncode == 78 and "noted.yaml:1" in run.stderr and "466" in run.stderr, run.stderr


def test_transcribing_a_detuned_recording(programs, folder):
    wav = detuned(folder, 427, 6)

    def pitches(*options):
        run = subprocess.run(
            [programs / "notelab", "transcribe", wav, "--out", folder / "x.jsonl", *options], check=True,
            capture_output=True, text=True)
        return [json.loads(line)["midi_note"] for line in (folder / "x.jsonl").read_text().splitlines()]

    tuned, untuned = pitches("--a4", "427"), pitches("--a4", "440")
    # The first measures are in C major; half a semitone off, the network hears other notes too.
    def share(found):
        return sum(note in (60, 64, 67, 72, 76) for note in found[:16]) / 16

    assert share(tuned) > 0.8, f"the first notes are {tuned[:16]}"
    assert share(untuned) < share(tuned) - 0.2, f"untuned, they are {untuned[:16]}"
