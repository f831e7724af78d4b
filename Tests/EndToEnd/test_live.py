"""Live capture: the daemon transcribes what a private PulseAudio server plays, and survives its faults."""
import json
import os
import pathlib
import statistics
import subprocess
import time

import pytest

from checker import stop_and_check
from phrase import play_phrase_and_check

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.timing
@pytest.mark.both_sound_servers
def test_pulse_phrase(noted, rig):
    """A phrase through the sound server: notes, times and latency. Silence publishes nothing."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        hello = client.wait(lambda line: line.get("method") == "hello")["params"]
        assert hello["protocol"] == 1 and hello["sample_rate"] == 44100 and hello["hop"] == 512, hello
        client.wait_for_state("running")
        time.sleep(2)
        assert not client.notifications("note_on"), "a note was published on silence"
        f1, shift, ons = play_phrase_and_check(rig, client)
        lookahead = hello["model"]["lookahead_ms"]
        beyond = sorted(on["delay_ms"] - lookahead for on in ons)
        median = statistics.median(beyond)
        assert 0 < median < 100, f"the delay beyond the lookahead is {median:.1f} ms in the median"
        status = client.request("status")["result"]
        delay = status["delay"]
        print(f"F1 {f1:.2f}, shift {shift * 1000:.0f} ms, delay beyond lookahead: median {median:.1f} ms, "
              f"latest {beyond[-1]:.1f} ms; status: {json.dumps(delay)}")
        assert delay["count"] == len(ons), f"status counts {delay['count']} delays of {len(ons)} notes"
        stop_and_check(daemon, client)
        assert not os.path.exists(daemon.path), "the socket was not removed"


@pytest.mark.timing
def test_alsa_phrase(noted, rig):
    """The same through ALSA's pulse plugin."""
    with noted("--source", "alsa:viapulse") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        f1, shift, _ = play_phrase_and_check(rig, client)
        print(f"F1 {f1:.2f}, shift {shift * 1000:.0f} ms")
        stop_and_check(daemon, client)


@pytest.mark.both_sound_servers
def test_faults(noted, rig):
    """The daemon reports a stall, an unplugged source and a server restart, and recovers from each."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        for name, harm, heal, state in [
            ("stall", rig.stall, rig.unstall, ("stalled",)), ("unplug", rig.unplug, rig.replug, ("waiting", "failed")),
            ("restart", rig.stop_server, rig.start_server, ("waiting", "failed")),
        ]:
            time.sleep(1)
            since = len(client.lines)
            harm()
            client.wait(
                lambda line: line.get("method") == "source_state" and line["params"]["state"] in state, 15, since)
            if name == "stall":
                time.sleep(2)  # PipeWire delivers what it missed in a shorter pause, so that nothing is lost
            heal()
            client.wait_for_state("running", 15, since)
            client.wait(lambda line: line.get("method") == "discontinuity", 15, since)
            print(f"{name}: back to running")
        f1, _, _ = play_phrase_and_check(rig, client)
        print(f"F1 after all faults: {f1:.2f}")
        stop_and_check(daemon, client)


@pytest.mark.both_sound_servers
def test_starts_without_server(noted, rig):
    """The daemon starts without a sound server, reports it missing, and connects once it is up."""
    rig.stop_server()
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait(
            lambda line: line.get("method") == "source_state" and line["params"]["state"] in ("waiting", "failed"))
        rig.start_server()
        client.wait_for_state("running")
        stop_and_check(daemon, client)


def test_file_demo_and_notectl(noted, programs, rig):
    """The demo performance as a source, observed by `notectl listen`."""
    with noted("--source", f"file:{ROOT}/Demo/prelude.ogg") as daemon:
        listener = subprocess.Popen(
            [programs / "notectl", "--socket", daemon.path, "listen", "--json"], stdout=subprocess.PIPE,
            text=True, env=rig.environment)
        time.sleep(6)
        listener.terminate()
        lines = [json.loads(line) for line in listener.communicate()[0].splitlines()]
        notes = [line["params"]["name"] for line in lines if line.get("method") == "note_on"]
        assert {"C4", "E4", "G4", "C5", "E5"} <= set(notes), f"the first measure was transcribed as {notes[:12]}"
        for arguments in (["status"], ["status", "--json"], ["source", "none"]):
            done = subprocess.run(
                [programs / "notectl", "--socket", daemon.path, *arguments], capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == "", f"notectl {arguments}: {done}"
        assert daemon.stop() == 0, "noted did not exit with 0"
