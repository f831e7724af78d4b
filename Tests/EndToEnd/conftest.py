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
pytest.register_assert_rewrite("checker", "daemon", "phrase", "laboratory")

from daemon import Daemon  # noqa: E402
from laboratory import Notelab  # noqa: E402
from pipewire_rig import PipeWireRig, is_installed as pipewire_is_installed  # noqa: E402
from rig import Rig  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def pytest_addoption(parser):
    parser.addoption("--programs", help="folder of noted, notectl and notelab (default: the release build)")
    parser.addoption(
        "--sanitized", action="store_true",
        help="the programs are built with a sanitizer, which makes them slow: skip tests marked `timing`")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--sanitized"):
        skip = pytest.mark.skip(reason="it measures time, which a sanitizer distorts")
        for item in items:
            if item.get_closest_marker("timing"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def programs(request):
    """The folder that holds noted, notectl and notelab."""
    named = request.config.getoption("--programs") or os.environ.get("NOTED_PROGRAMS")
    folder = pathlib.Path(named or ROOT / ".build/release").resolve()
    for name in ("noted", "notectl"):
        require(folder / name)
    return folder


def require(program):
    if not program.exists():
        pytest.exit(f"{program} does not exist; build it, or name another folder with --programs", 66)


@pytest.fixture
def folder():
    """An empty folder that is removed after the test."""
    with tempfile.TemporaryDirectory() as name:
        yield pathlib.Path(name)


@pytest.fixture
def rig(request):
    """A private virtual sound system: see `Rig`. Tests marked with `both_sound_servers` run with PipeWire, too."""
    kind = PipeWireRig if getattr(request, "param", "pulseaudio") == "pipewire" else Rig
    if kind is PipeWireRig and not pipewire_is_installed():
        pytest.skip("needs pipewire, pipewire-pulse, wireplumber and dbus-daemon")
    with kind() as rig:
        yield rig


def pytest_generate_tests(metafunc):
    if metafunc.definition.get_closest_marker("both_sound_servers"):
        metafunc.parametrize("rig", ["pulseaudio", "pipewire"], indirect=True)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Compiles a C file of this folder into a shared library: `compiled("clock_steps.c")` returns its path."""
    folder = tmp_path_factory.mktemp("libraries")

    @functools.cache
    def compiled(name):
        library = folder / f"lib{pathlib.Path(name).stem}.so"
        source = pathlib.Path(__file__).with_name(name)
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-DPIC", "-Wall", "-Werror", "-o", library, source, "-Wl,--as-needed",
             "-lasound", "-lm"],
            check=True)
        return library

    return compiled


@pytest.fixture
def card(compiled, rig):
    """Configures the ALSA PCM `card`: `card(rate_error=0.05)` has a clock 5% fast. drifting_pcm.c lists the options."""
    def card(**options):
        words = " ".join(f"{name} {value}" for name, value in options.items())
        (rig.folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            f'pcm_type.drifting {{ lib "{compiled("drifting_pcm.c")}" }}\n'
            f"pcm.card {{ type drifting {words} }}\n")

    return card


@pytest.fixture
def noted(programs, rig):
    """Starts a daemon inside the rig: `with noted("--source", "none") as daemon`. See `Daemon`."""
    return functools.partial(Daemon, programs, rig)


@pytest.fixture
def notelab(programs):
    """Runs notelab: see `Notelab`."""
    require(programs / "notelab")
    return Notelab(programs / "notelab")
