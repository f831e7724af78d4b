"""The log under systemd: each change of state in one line that says what to do, and nothing else."""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

import pytest

from daemon import Client

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def lines(daemon):
    return pathlib.Path(daemon.log_path).read_text().splitlines()


def wait_for(daemon, text, since=0, timeout=15):
    """The first line of the log from index `since` on that contains `text`."""
    deadline = time.monotonic() + timeout
    while True:
        for line in lines(daemon)[since:]:
            if text in line:
                return line
        assert time.monotonic() < deadline, f"no line with '{text}' in {lines(daemon)}"
        time.sleep(0.05)


def test_faults_of_the_sound_system(noted, rig):
    """Loss and return of the server, a suspended source, and an unplugged one: a line each, once."""
    with noted("--source", "pulse:testsink.monitor") as daemon:
        assert wait_for(daemon, "is running").startswith("noted: info: pulse:testsink.monitor is running: recording")
        since = len(lines(daemon))
        rig.stop_server()
        lost = wait_for(daemon, "is not available", since)
        assert lost.startswith("noted: warning: pulse:testsink.monitor") and "noted keeps trying" in lost, lost
        time.sleep(2.5)
        rig.start_server()
        back = wait_for(daemon, "is running again", since)
        assert back.startswith("noted: notice: ") and " s: recording" in back, back
        assert "while the source was not available" in wait_for(daemon, "s of audio", since)
        told = [line for line in lines(daemon)[since:] if "is not available" in line]
        # The stream ends, and then the server doesn't respond. Further attempts are not worth a line.
        assert len(set(told)) == len(told) and sum("warning" in line for line in told) == 1, told

        since = len(lines(daemon))
        rig.stall()
        stalled = wait_for(daemon, "has stalled", since)
        assert stalled.startswith("noted: warning: ") and "pactl list short sources" in stalled, stalled
        rig.unstall()
        wait_for(daemon, "is running again", since)

        since = len(lines(daemon))
        rig.unplug()
        failed = wait_for(daemon, "has failed", since)
        assert failed.startswith("noted: error: ") and "--list-sources" in failed, failed
        rig.replug()
        wait_for(daemon, "is running again", since)
        assert daemon.stop() == 0


def test_requests_of_clients(noted, rig):
    """What clients change, and what they fail to change."""
    with noted("--source", "none") as daemon:
        client = daemon.client()
        client.request("source.select", {"source": "pulse:testsink.monitor"})
        wait_for(daemon, "notice: the source is now pulse:testsink.monitor")
        client.request("source.select", {"source": "telepathy"})
        wait_for(daemon, "warning: keeping the previous source: 'telepathy'")
        client.request("model.load", {"path": "/nowhere/m.safetensors"})
        assert "/nowhere/m.safetensors" in wait_for(daemon, "warning: keeping the previous model")
        client.request("score.load", {"path": "/nowhere/s.mid"})
        assert "/nowhere/s.mid" in wait_for(daemon, "warning: keeping the previous score")
        assert daemon.stop() == 0


def test_a_log_that_nobody_reads(programs, rig):
    """A full pipe instead of a journal stops neither the start nor the source."""
    reader, writer = os.pipe()
    path = str(rig.folder / "unread")
    os.set_blocking(writer, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    process = subprocess.Popen(
        [programs / "noted", "--socket", path, "--source", "pulse:testsink.monitor"], env=rig.environment,
        stderr=writer)
    try:
        deadline = time.monotonic() + 15
        while not os.path.exists(path):
            assert time.monotonic() < deadline, "the daemon did not start"
            time.sleep(0.05)
        client = Client(path)
        client.wait_for_state("running")
        assert client.request("status")["result"]["source"]["state"] == "running"
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reader)
        os.close(writer)


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not shutil.which("systemd-analyze"),
    reason="needs systemd-analyze and the system call numbers of x86-64")
@pytest.mark.parametrize("kind", ["system", "user"])
def test_system_call_filter_of_the_unit(noted, rig, kind):
    """Under the unit's filter the daemon captures, and nothing but its own lines reaches the journal."""
    launcher = [sys.executable, str(ROOT / "Tests/EndToEnd/filtered.py"), str(ROOT / f"systemd/{kind}/noted.service")]
    # Its default is syslog, which leads to the journal.
    environment = dict(rig.environment, LIBDISPATCH_LOG="stderr")
    with noted("--source", "pulse:testsink.monitor", environment=environment, launcher=launcher) as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        client.request("score.load", {"path": str(ROOT / "Demo/prelude.mid")}, timeout=30)
        assert client.request("status")["result"]["score"], lines(daemon)
        assert daemon.stop() == 0
        foreign = [line for line in lines(daemon) if not line.startswith("noted: ")]
        assert not foreign, foreign
