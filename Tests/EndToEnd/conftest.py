"""Options and fixtures of the end-to-end tests, which run the real programs.

  python3 -m pytest Tests/EndToEnd [--programs FOLDER] [-k NAME]

The programs come from --programs, or $NOTED_PROGRAMS, or the release build.
"""
import functools
import os
import pathlib
import subprocess
import tempfile

import pytest

# Failed assertions of the helper modules show their values, too.
pytest.register_assert_rewrite("daemon", "phrase", "laboratory")

from daemon import Daemon  # noqa: E402
from laboratory import Notelab  # noqa: E402
from rig import Rig  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def pytest_addoption(parser):
    parser.addoption("--programs", help="folder of noted, notectl and notelab (default: the release build)")


@pytest.fixture(scope="session")
def programs(request):
    """The folder that holds noted, notectl and notelab."""
    named = request.config.getoption("--programs") or os.environ.get("NOTED_PROGRAMS")
    folder = pathlib.Path(named or ROOT / ".build/release").resolve()
    missing = [name for name in ("noted", "notectl", "notelab") if not (folder / name).exists()]
    if missing:
        pytest.exit(f"{folder} does not contain {', '.join(missing)}; build them, or name a folder with --programs", 66)
    return folder


@pytest.fixture
def folder():
    """An empty folder that is removed after the test."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


@pytest.fixture
def rig():
    """A private virtual sound system: see `Rig`."""
    with Rig() as rig:
        yield rig


@pytest.fixture
def noted(programs, rig):
    """Starts a daemon inside the rig: `with noted("--source", "none") as daemon`. See `Daemon`."""
    return functools.partial(Daemon, programs, rig)


@pytest.fixture
def notelab(programs):
    """Runs notelab: see `Notelab`."""
    return Notelab(programs / "notelab")


@pytest.fixture(scope="session")
def drifting_pcm(tmp_path_factory):
    """The compiled ALSA plugin of a capture device whose clock drifts. See drifting_pcm.c."""
    library = tmp_path_factory.mktemp("alsa") / "libasound_module_pcm_drifting.so"
    source = pathlib.Path(__file__).with_name("drifting_pcm.c")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-DPIC", "-Wall", "-Werror", "-o", library, source, "-lasound", "-lm"],
        check=True)
    return library
