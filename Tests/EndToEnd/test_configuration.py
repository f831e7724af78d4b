"""The configuration: --check-config, reloading by a client and by SIGHUP, and the service manager's view of it."""
import functools
import pathlib
import signal
import socket
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def configuration(rig):
    """The path of the user's configuration file, read by programs in the rig's environment."""
    path = rig.folder / ".config/noted/noted.yaml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def run(programs, rig):
    """Runs a program in the environment of the rig."""
    environment = {name: value for name, value in rig.environment.items() if not name.startswith("XDG_CONFIG")}
    return lambda name, *arguments: subprocess.run(
        [programs / name, *arguments], env=environment, capture_output=True, text=True, timeout=60)


def test_check_names_files_and_problems(run, rig, configuration):
    """Every file that was read is named, and what a start would fail with."""
    configuration.write_text("source: none\n")
    other = rig.folder / "other.yaml"
    other.write_text("log_level: debug\n")
    done = run("noted", "--check-config", "--config", str(other))
    assert done.returncode == 0, done.stderr
    assert f"read {configuration}\nread {other}\n" in done.stdout, done.stdout
    assert done.stdout.endswith("\nok\n") and "default.safetensors: ok" in done.stdout, done.stdout
    other.write_text("model: /nowhere/m.safetensors\nscore: /nowhere/s.mid\n")
    done = run("noted", "--check-config", "--config", str(other))
    assert done.returncode == 66 and "/nowhere/m.safetensors" in done.stderr, done
    assert "score /nowhere/s.mid: " in done.stdout and "\nok\n" not in done.stdout, done.stdout
    other.write_text("source: pulse\n\nmodle: x\n")
    done = run("noted", "--check-config", "--config", str(other))
    assert done.returncode == 78, done
    assert f"{other}:3: 'modle' is not a valid key (did you mean 'model'?)" in done.stderr, done.stderr


def test_uncommented_example_is_accepted(run, rig):
    """The example with every line in force, but for files and servers that don't exist here."""
    absent = ("#model:", "#score:", "#socket:", "#  pulse_server:", "#  soundfont:")
    text = []
    for line in (ROOT / "share/noted.yaml.example").read_text().splitlines():
        is_setting = line.startswith("#") and ":" in line and (line[1:2].isalpha() or line[1:3] == "  ")
        text.append(line[1:] if is_setting and not line.startswith(absent) else line)
    path = rig.folder / "all.yaml"
    path.write_text("\n".join(text) + "\n")
    done = run("noted", "--check-config", "--config", str(path))
    assert done.returncode == 0 and done.stdout.endswith("ok\n"), done


def test_reload(noted, run, rig, configuration):
    """notectl reload and SIGHUP: what changes, what needs a restart, and a bad file that changes nothing."""
    address = str(rig.folder / "notify")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(address)
    manager.settimeout(10)
    configuration.write_text("source: none\n")
    with noted("--log-level", "info", environment=dict(rig.environment, NOTIFY_SOCKET=address)) as daemon:
        daemon.client().request("ping")
        reload = functools.partial(run, "notectl", "--socket", daemon.path, "reload")
        configuration.write_text("source: none\nmax_clients: 3\nthresholds: {gate: -50}\ncapture: {fragment: 0.02}\n")
        done = reload()
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [
            f"read {configuration}", "changed thresholds.gate",
            "sources opened from now on use the new capture.fragment", "restart noted to change max_clients"]
        configuration.write_text("source: none\nthresholds:\n  gate: loud\n")
        done = reload()
        assert done.returncode != 0 and f"{configuration}:3: 'gate' is loud" in done.stderr, done
        log = pathlib.Path(daemon.log_path)
        assert log.read_text().count("error: keeping the previous configuration") == 1
        daemon.process.send_signal(signal.SIGHUP)
        received = ""
        while received.count("RELOADING=1\nMONOTONIC_USEC=") < 3 or received.count("READY=1") < 4:
            received += manager.recv(4096).decode() + "\n"
        assert received.rindex("READY=1") > received.rindex("RELOADING=1")
        deadline = time.monotonic() + 5
        while log.read_text().count("error: keeping the previous configuration") < 2:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        assert daemon.stop() == 0
