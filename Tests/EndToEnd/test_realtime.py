"""A capture thread that keeps the processor busy: whatever limits the daemon inherits, it survives and the thread loses
its real-time priority.
"""
import os
import pathlib
import resource
import shutil
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Seconds after which the driver spins, and for how long.
BURN_AT, BURN = 1.0, 0.45
NOBODY = 65534


def succeeds(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


# Some containers forbid it.
needs_realtime = pytest.mark.skipif(
    not succeeds("chrt", "-f", "10", "true"), reason="this machine grants no real-time priority")


@pytest.fixture
def burning_card(card):
    """Configures the ALSA device `card`, whose driver spins once."""
    card(burn_at=BURN_AT, burn=BURN)
    return "alsa:card"


def policy(process):
    """The scheduling policy of the capture thread, without flags."""
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        if (task / "comm").read_text().strip() == "capture":
            return os.sched_getscheduler(int(task.name)) & 0xFF
    raise AssertionError("there is no capture thread")


def check_survival(daemon):
    """The capture thread gets the priority, spins, and loses it; the daemon goes on and says so."""
    client = daemon.client()
    client.wait_for_state("running")
    deadline = time.monotonic() + 10
    while not client.request("status")["result"]["source"]["realtime_lost"]:
        assert daemon.process.poll() is None, f"the daemon ended with {daemon.process.returncode}"
        assert time.monotonic() < deadline, f"the priority was not lost: {policy(daemon.process)}"
        time.sleep(0.05)
    time.sleep(BURN)
    assert daemon.process.poll() is None, f"the daemon ended with {daemon.process.returncode}"
    assert policy(daemon.process) == os.SCHED_OTHER, "the capture thread is still scheduled as SCHED_FIFO"
    source = client.request("status")["result"]["source"]
    assert source["realtime_lost"] and not source["realtime"], source
    assert daemon.stop() == 0
    log = pathlib.Path(daemon.log_path).read_text()
    assert log.count("lost its real-time priority") == 1, log


@needs_realtime
@pytest.mark.parametrize("limits", ["200000:200000", "200000:unlimited", "150000:300000", "5000000:5000000", None])
def test_runaway_capture_thread(noted, burning_card, limits):
    """Limits of RTTIME (soft:hard, in microseconds) as units and desktop sessions hand them down."""
    if limits and limits.endswith("unlimited") and resource.getrlimit(resource.RLIMIT_RTTIME)[1] != -1:
        pytest.skip("the hard limit of RTTIME cannot be raised")
    launcher = ["prlimit", f"--rttime={limits}"] if limits else []
    with noted("--source", burning_card, launcher=launcher) as daemon:
        check_survival(daemon)


@needs_realtime
def test_one_processor(noted, burning_card):
    """No other thread runs while the capture thread spins, so that thread must handle the signal itself."""
    processor = min(os.sched_getaffinity(0))
    launcher = ["taskset", "-c", str(processor), "prlimit", "--rttime=200000:200000"]
    with noted("--source", burning_card, launcher=launcher) as daemon:
        check_survival(daemon)


@needs_realtime
@pytest.mark.skipif(
    os.geteuid() != 0 or not succeeds("prlimit", "--rtprio=20:20", "true"),
    reason="only root can start the daemon as another user, with the right to real-time priority")
def test_unprivileged_user(noted, rig, burning_card, compiled, programs):
    """A user who has the priority by RLIMIT_RTPRIO may give it up, but not clear SCHED_RESET_ON_FORK."""
    home = pathlib.Path("/tmp") / f"noted-nobody-{os.getpid()}"
    home.mkdir(mode=0o700)
    try:
        driver = compiled("drifting_pcm.c")
        library = shutil.copy(driver, home)
        configuration = (rig.folder / "asound.conf").read_text().replace(str(driver), str(library))
        (home / "asound.conf").write_text(configuration)
        for path in [home, *home.iterdir()]:
            os.chown(path, NOBODY, NOBODY)
        launcher = [
            "prlimit", "--rttime=200000:200000", "--rtprio=20:20", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
            "--clear-groups", "--"]
        environment = dict(rig.environment, ALSA_CONFIG_PATH=str(home / "asound.conf"), HOME=str(home))
        # The socket is in the rig's folder, which only root may enter.
        os.chown(rig.folder, NOBODY, NOBODY)
        if not succeeds(*launcher, programs / "noted", "--version"):
            pytest.skip("another user cannot run the program from its folder")
        with noted("--source", burning_card, environment=environment, launcher=launcher) as daemon:
            check_survival(daemon)
    finally:
        os.chown(rig.folder, 0, 0)
        shutil.rmtree(home)


@needs_realtime
def test_limit_without_room(noted, burning_card):
    """With a hard limit at which no signal could come in time, the daemon doesn't request the priority."""
    with noted("--source", burning_card, launcher=["prlimit", "--rttime=20000:20000"]) as daemon:
        client = daemon.client()
        client.wait_for_state("running")
        time.sleep(BURN_AT + BURN + 0.5)
        assert policy(daemon.process) == os.SCHED_OTHER
        source = client.request("status")["result"]["source"]
        assert not source["realtime"] and not source["realtime_lost"], source
        assert daemon.stop() == 0
        log = pathlib.Path(daemon.log_path).read_text()
        assert log.count("RLIMIT_RTTIME is below 100 ms") == 1, log


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("limit, is_safe", [
    ("200ms:infinity", True), ("infinity", True), ("100000:5s", True),
    ("200000", False), ("200ms:200ms", False), ("200ms:300ms", False), ("soon", False)])
def test_units_with_deadly_limits_are_found(folder, limit, is_safe):
    """Scripts/verify-units.sh rejects a hard limit of RTTIME at or near the soft one, which systemd accepts."""
    units = folder / "units"
    shutil.copytree(ROOT / "systemd", units)
    unit = units / "system/noted.service"
    lines = [line for line in unit.read_text().splitlines() if not line.startswith("LimitRTTIME=")]
    lines.insert(lines.index("[Service]") + 1, f"LimitRTTIME={limit}")
    unit.write_text("\n".join(lines) + "\n")
    done = subprocess.run([ROOT / "Scripts/verify-units.sh", units], capture_output=True, text=True)
    assert (done.returncode == 0) == is_safe, done.stderr
    assert is_safe or f"LimitRTTIME={limit}" in done.stderr, done.stderr
