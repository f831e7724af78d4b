"""Faults of sound servers, cards, clocks and processors: the daemon survives them, and every note ends.

test_live.py and test_time.py have more of them. Every test ends with the checks of checker.py.
"""
import os
import random
import statistics
import struct
import subprocess
import time

import pytest

from checker import check, stop_and_check
from phrase import onset_f1, phrase, play_phrase_and_check

STATES_OF_LOSS = ("waiting", "failed", "stalled")


@pytest.fixture
def tone(rig):
    """A plucked string of ten seconds, of which the note sounds for a while."""
    path = rig.folder / "tone.wav"
    subprocess.run(
        ["sox", "-D", "-n", "-r", "44100", "-c", "1", "-b", "16", path, "synth", "10", "pluck", "A4", "vol", "0.7"],
        check=True)
    return path


def wait_for_loss(client, since, timeout=15):
    client.wait(
        lambda line: line.get("method") == "source_state" and line["params"]["state"] in STATES_OF_LOSS, timeout, since)


def wait_for_note(client, since=0, timeout=15):
    return client.wait(lambda line: line.get("method") == "note_on", timeout, since)["params"]


@pytest.mark.both_sound_servers
def test_a_server_killed_twenty_times(noted, rig, tone):
    """The server is killed twenty times, some of them while a note sounds; capture returns every time.

    A server that dies soon after it started is retried ever more slowly, up to 5 s, and one that ran for two seconds
    at once. Four quick deaths and one late one in turn cover both within half a minute.
    """
    random.seed(20)
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        sounding = 0
        for kill in range(20):
            lasts = kill % 5 == 4
            since = len(client.lines)
            player = rig.play(tone) if lasts else None
            if lasts:
                sounding += wait_for_note(client, since)["note"] == 69
                time.sleep(2)
            else:
                time.sleep(random.uniform(0, 0.2))
            since = len(client.lines)
            rig.kill_server()
            wait_for_loss(client, since)
            if player:
                player.wait()
            since = len(client.lines)
            rig.start_server()
            client.wait_for_state("running", 15, since)
        since = len(client.lines)
        player = rig.play(tone)
        assert wait_for_note(client, since)["note"] == 69
        player.terminate()
        player.wait()
        counters = client.request("status")["result"]["counters"]
        assert counters["reconnects"] == 20, f"{counters['reconnects']} reconnects after 20 kills"
        notes = stop_and_check(daemon, client)
        print(f"{notes} notes, {sounding} of 4 long-lived servers died with a note; {counters}")


@pytest.mark.both_sound_servers
def test_unplugged_replugged_and_moved(noted, rig, tone):
    """The user moves the stream of a daemon without a named source, then both sources are unplugged four times."""
    rig.add_sink("othersink")
    rig.control("set-default-source", "testsink.monitor")
    with noted("--source", "pulse:testsink.monitor") as named, noted("--source", "pulse") as unnamed:
        client, other = named.client(), unnamed.client()
        client.wait_for_state("running")
        other.wait_for_state("running")
        player = rig.play(tone)
        wait_for_note(client)
        wait_for_note(other)
        since = len(other.lines)
        assert rig.move_captures("othersink.monitor") == 1, "only the stream without a named source may be moved"
        other.wait(
            lambda line: line.get("method") == "source_state" and line["params"]["source"] == "pulse:othersink.monitor",
            15, since)
        player.terminate()
        player.wait()
        for _ in range(4):
            since = len(client.lines)
            rig.control("unload-module", "module-null-sink")  # both sinks
            wait_for_loss(client, since)
            since = len(client.lines)
            rig.replug()
            client.wait_for_state("running", 15, since)
            time.sleep(0.3)
        since, begun = len(client.lines), len(other.lines)
        player = rig.play(tone)
        assert wait_for_note(client, since)["note"] == 69
        assert wait_for_note(other, begun)["note"] == 69
        player.terminate()
        player.wait()
        stop_and_check(named, client)
        stop_and_check(unnamed, other)


def test_suspended_again_and_again(noted, rig, tone):
    """A source that is suspended while a note sounds, five times, for longer than `stall_after`."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        for _ in range(5):
            since = len(client.lines)
            player = rig.play(tone)
            wait_for_note(client, since)
            since = len(client.lines)
            rig.stall()
            client.wait_for_state("stalled", 15, since)
            check(client)
            rig.unstall()
            client.wait_for_state("running", 15, since)
            client.wait(lambda line: line.get("method") == "discontinuity", 15, since)
            player.terminate()
            player.wait()
        assert client.request("status")["result"]["counters"]["discontinuities"] >= 5
        stop_and_check(daemon, client)


def test_alsa_errors_by_seed(noted, rig, card, compiled):
    """Reads of an ALSA card fail with EPIPE, ESTRPIPE, ENODEV and EIO, in four sequences at the same time."""
    card()
    daemons = []
    try:
        for seed in range(4):
            log = rig.folder / f"faults-{seed}"
            environment = dict(
                rig.environment, LD_PRELOAD=str(compiled("alsa_faults.c")), NOTED_FAULT_SEED=str(seed),
                NOTED_FAULT_LOG=str(log))
            daemon = noted("--source", "alsa:card", environment=environment)
            daemons.append((daemon, daemon.client(), log))
        deadline = time.monotonic() + 60
        injected = []
        # Until every fault has happened, and each daemon has been back for a while.
        while set(injected) != {"EPIPE", "ESTRPIPE", "ENODEV", "EIO"} or len(injected) < 24:
            assert time.monotonic() < deadline, f"only {injected} after 60 s"
            time.sleep(0.5)
            injected = [word for _, _, log in daemons if log.exists() for word in log.read_text().split()]
        for daemon, client, log in daemons:
            counters = client.request("status")["result"]["counters"]
            faults = log.read_text().split()
            since = len(client.lines)
            wait_for_note(client, since, 20)
            print(f"{' '.join(faults)}: {counters}")
            overruns = faults.count("EPIPE")
            assert abs(counters["overruns"] - overruns) <= 1, f"{overruns} overruns, of which counted: {counters}"
            assert counters["discontinuities"] >= len(faults) // 2, (faults, counters)
            # A sanitizer leaves time for few notes between the faults.
            assert stop_and_check(daemon, client) > 0
    finally:
        for daemon, _, _ in daemons:
            daemon.__exit__()


@pytest.mark.timing
def test_an_overloaded_machine(noted, rig):
    """Two busy loops take the processor away: hops are skipped, times stay right, and afterwards all is as before."""
    core = str(min(os.sched_getaffinity(0)))
    configuration = rig.folder / "noted.yaml"
    configuration.write_text("max_clients: 20\n")
    with noted(
            "--source", "pulse:testsink.monitor", "--config", str(configuration),
            launcher=["nice", "-n", "19", "taskset", "-c", core]) as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        wav, _ = phrase(rig)
        loops = [
            subprocess.Popen(["taskset", "-c", core, "sh", "-c", "while :; do :; done"]) for _ in range(2)]
        try:
            player = rig.play(wav)
            player.wait()
        finally:
            for loop in loops:
                loop.kill()
                loop.wait()
        client.request("ping", timeout=30)
        check(client)
        counters = client.request("status")["result"]["counters"]
        time.sleep(1)
        f1, _, _ = play_phrase_and_check(rig, client)
        print(f"skipped {counters['skipped_hops']} of {counters['hops'] + counters['skipped_hops']} hops; "
              f"F1 afterwards {f1:.2f}")
        stop_and_check(daemon, client)


@pytest.mark.timing
def test_steps_of_the_wall_clock(noted, rig, compiled):
    """The system's clock is set forwards and backwards: nothing is lost, and `time` follows within two seconds."""
    step = rig.folder / "step"
    step.write_bytes(struct.pack("<q", 0))
    rig.environment.update(LD_PRELOAD=str(compiled("clock_steps.c")), NOTED_CLOCK_STEP=str(step))
    rig.stop_server()
    rig.start_server()
    wav, expected = phrase(rig)
    with noted("--source", "pulse:testsink.monitor") as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        time.sleep(1)
        since, begun = len(client.lines), client.request("status")["result"]["sample"]
        player = rig.play(wav)
        offset, changed = 0.0, []
        for seconds in (3600, -7200, 30, 0):
            time.sleep(3)
            offset += seconds
            with open(step, "r+b") as file:
                file.write(struct.pack("<q", int(offset * 1e9)))
            changed.append((time.time(), offset))
        player.wait()
        time.sleep(1)
        notes = client.notifications("note_on", since)
        f1, _ = onset_f1(expected, [((note["sample"] - begun) / 44100, note["note"]) for _, note in notes])
        late = statistics.median(note["delay_ms"] for _, note in notes)
        assert f1 > 0.6, f"F1 is {f1:.2f} for {len(notes)} notes"
        assert all(abs(note["delay_ms"] - late) < 500 for _, note in notes), "a step distorted a delay"
        for (begin, offset), (end, _) in zip(changed, changed[1:] + [(float("inf"), 0)]):
            for at, note in notes:
                if begin + 2 < at < end:
                    error = note["time"] - (at + offset)
                    assert -1 < error < 0.1, f"a time is {error:.2f} s off the clock that was set by {offset} s"
        counters = client.request("status")["result"]["counters"]
        assert counters["discontinuities"] == counters["lost_frames"] == counters["reconnects"] == 0, counters
        print(f"F1 {f1:.2f}, {len(notes)} notes, delay {late:.0f} ms")
        stop_and_check(daemon, client, clock_steps=True)
