"""Time: what clients receive with a drifting card, a frozen daemon, a lost source, and after falling behind."""
import pathlib
import signal
import socket
import statistics
import subprocess
import time

import pytest

from checker import check, stop_and_check
from daemon import Client
from phrase import phrase

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.timing
@pytest.mark.parametrize("rate_error", [0.05, -0.03])
def test_a_card_with_a_wrong_clock(noted, card, rate_error):
    """A card that runs 5% fast or 3% slow causes no overrun, stall or gap, and the delay does not grow.

    A daemon that paced the card by its own clock would fall half a second behind within ten seconds.
    """
    card(rate_error=rate_error)
    with noted("--source", "alsa:card") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        time.sleep(25)
        delays = [note["delay_ms"] for _, note in client.notifications("note_on")]
        assert len(delays) > 15, f"{len(delays)} notes in 25 s"
        early, late = statistics.median(delays[2:8]), statistics.median(delays[-6:])
        print(f"delay: {early:.0f} ms at first, {late:.0f} ms after 25 s")
        assert abs(late - early) < 100, f"the delay went from {early:.0f} to {late:.0f} ms"
        states = [state["state"] for _, state in client.notifications("source_state")]
        assert set(states[states.index("running"):]) == {"running"}, states
        status = client.request("status")["result"]
        counters = status["counters"]
        losses = [loss["reason"] for _, loss in client.notifications("discontinuity")]
        # A busy machine may skip hops, but the card must not cause any loss.
        assert counters["overruns"] == 0 and set(losses) <= {"the machine is too slow"}, (counters, losses)
        stop_and_check(daemon, client)


@pytest.mark.timing
def test_a_frozen_daemon(noted, rig):
    """After a freeze of four seconds, the daemon counts the lost audio, and its times are right within a second."""
    wav, _ = phrase(rig)
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        player = rig.play(wav)
        time.sleep(3)
        delays = [note["delay_ms"] for _, note in client.notifications("note_on")]
        usual = statistics.median(delays)
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(4)
        daemon.process.send_signal(signal.SIGCONT)
        resumed = time.time()
        player.wait()
        time.sleep(0.5)
        later = [note["delay_ms"] for at, note in client.notifications("note_on") if at > resumed + 1]
        assert len(later) > 5, f"{len(later)} notes after the freeze"
        worst = max(abs(delay - usual) for delay in later)
        assert worst < 150, f"delays of {usual:.0f} ms before, and up to {worst:.0f} ms off after the freeze"
        lost = client.request("status")["result"]["counters"]["lost_frames"] / 44100
        # The server may have buffered part of the audio.
        assert 2.0 < lost < 4.3, f"{lost:.2f} s counted as lost after a freeze of 4 s"
        stop_and_check(daemon, client)


def test_notes_end_with_their_source(noted, rig):
    """Notes that sound when the server dies end at once, for connected clients, for status and for new clients."""
    tone = rig.folder / "tone.wav"
    subprocess.run(
        ["sox", "-D", "-n", "-r", "44100", "-c", "1", "-b", "16", tone, "synth", "10", "pluck", "A4", "vol", "0.7"],
        check=True)
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        player = rig.play(tone)
        client.wait(lambda line: line.get("method") == "note_on")
        since = len(client.lines)
        rig.stop_server()
        client.wait_for_state("waiting", 5, since)
        player.wait()
        check(client)
        assert client.request("status")["result"]["notes"] == []
        late = daemon.client()
        late.wait_for_state("waiting")
        assert not late.notifications("resync"), "a new client received sounding notes"


def test_a_client_that_fell_behind(noted, rig):
    """A client that does not read while model, score and source change receives the complete state, in order."""
    configuration = rig.folder / "noted.yaml"
    configuration.write_text("client_queue: 16384\n")
    prelude = f"file:{ROOT}/Demo/prelude.ogg"
    with noted("--source", prelude, "--config", str(configuration), "--score", f"{ROOT}/Demo/prelude.mid") as daemon:
        client = daemon.client()
        deaf = socket.socket(socket.AF_UNIX)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(daemon.path)
        # The responses fill the socket's buffers, so that notes wait in the daemon's queue.
        deaf.sendall(b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"status"}\n' % index for index in range(400)))
        time.sleep(6)
        assert "result" in client.request("model.load", {"path": f"{ROOT}/Models/fast.safetensors"})
        assert "result" in client.request("score.unload")
        assert "result" in client.request("source.select", {"source": "none"})
        reader = Client.reading(deaf)
        recovery = reader.wait(lambda line: line.get("method") == "resync")
        reader.wait(lambda line: line.get("method") == "score")
        events = [line for _, line in reader.lines if "method" in line]
        events = events[events.index(recovery):]
        assert [event["method"] for event in events[:4]] == ["resync", "hello", "source_state", "score"], events[:6]
        assert events[0]["params"]["active"] == []
        assert events[1]["params"]["model"]["name"] == client.request("status")["result"]["model"]["name"]
        assert events[2]["params"]["source"] == "none" and events[2]["params"]["state"] == "waiting"
        assert events[3]["params"]["score"] is None
