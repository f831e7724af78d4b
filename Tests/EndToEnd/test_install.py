"""Scripts/install and the manual pages. Needs neither root nor network, and changes only a temporary folder."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INSTALL = ROOT / "Scripts/install"
PAGES = {"noted": "man1/noted.1", "notectl": "man1/notectl.1", "notelab": "man1/notelab.1"}


def install(programs, folder, *options, check=True, **environment):
    """Runs Scripts/install with DESTDIR in `folder` and a home of its own."""
    arguments = [INSTALL, *options] + ([] if "--uninstall" in options else ["--programs", programs])
    settings = {"HOME": str(folder / "home"), "SOURCE_DATE_EPOCH": "1700000000", **environment}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "SUDO_"))}
    result = subprocess.run(arguments, env={**clean, **settings}, capture_output=True, text=True)
    if check:
        assert result.returncode == 0, result.stderr
    return result


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def pages(programs, tmp_path_factory):
    """The folder of the generated manual pages."""
    out = tmp_path_factory.mktemp("man")
    subprocess.run([ROOT / "Scripts/make-man-pages.py", programs, out], check=True)
    return out


def test_package_has_everything_in_its_place(programs, folder):
    root = folder / "root"
    install(programs, folder, DESTDIR=str(root), PREFIX="/usr")
    installed = files(root)
    for name in ("noted", "notectl", "notelab"):
        assert {f"usr/bin/{name}", f"usr/share/man/man1/{name}.1", f"usr/share/bash-completion/completions/{name}",
                f"usr/share/zsh/vendor-completions/_{name}",
                f"usr/share/fish/vendor_completions.d/{name}.fish"} <= installed
    assert {"usr/share/man/man5/noted.yaml.5", "usr/share/man/man7/noted-protocol.7", "etc/noted/noted.yaml",
            "usr/share/noted/models/default.safetensors", "usr/share/noted/models/fast.safetensors",
            "usr/lib/systemd/system/noted.service", "usr/lib/systemd/system/noted.socket",
            "usr/lib/systemd/user/noted.service", "usr/lib/systemd/user/noted.socket",
            "usr/lib/sysusers.d/noted.conf", "usr/lib/tmpfiles.d/noted.conf",
            "usr/share/metainfo/org.noted.noted.metainfo.xml"} <= installed
    # Everybody may read what is installed, and nothing is left of the copying.
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in root.rglob("*"))
    assert not [name for name in installed if name.endswith(".noted-new")]


def test_units_run_the_installed_program_which_finds_its_model(programs, folder):
    prefix = folder / "opt"
    install(programs, folder, "--user", PREFIX=str(prefix))
    unit = (prefix / "share/systemd/user/noted.service").read_text()
    program = re.search(r"^ExecStart=(\S+)", unit, re.M)[1]
    assert program == str(prefix / "bin/noted")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    demo = f"file:{prefix}/share/noted/demo/prelude.ogg"
    environment = {**os.environ, "HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(runtime)}
    with subprocess.Popen([program, "--source", demo], env=environment, stderr=subprocess.PIPE) as daemon:
        try:
            command = [prefix / "bin/notectl", "status", "--json"]
            for _ in range(100):
                status = subprocess.run(command, env=environment, capture_output=True)
                if status.returncode == 0:
                    break
                time.sleep(0.1)
            assert json.loads(status.stdout)["model"]["path"] == str(prefix / "share/noted/models/default.safetensors")
        finally:
            daemon.terminate()
    assert daemon.returncode == 0


@pytest.mark.parametrize("options", [(), ("--user",)])
def test_uninstall_leaves_the_configuration_and_purge_leaves_nothing(programs, folder, options):
    root = folder / "root"
    for other in ("usr/local/share/man", "usr/local/bin"):
        (root / other).mkdir(parents=True)
    (root / "usr/local/bin/other").write_text("")
    before = everything(root)
    place = {"DESTDIR": str(root), "PREFIX": "/usr/local"}
    configuration = "home/.config/noted/noted.yaml" if options else "etc/noted/noted.yaml"
    configured = root / (str(folder)[1:] + "/" + configuration if options else configuration)

    install(programs, folder, *options, **place)
    configured.write_text("source: none\n")
    # A second installation replaces the first and keeps what the user wrote.
    install(programs, folder, *options, **place)
    assert configured.read_text() == "source: none\n"
    install(programs, folder, *options, "--uninstall", **place)
    assert files(root) == {"usr/local/bin/other", str(configured.relative_to(root))}

    install(programs, folder, *options, **place)
    install(programs, folder, *options, "--uninstall", "--purge", **place)
    left = everything(root)
    # The folders above the configuration belong to the machine or to the user.
    assert {name for name in left if not configured.is_relative_to(root / name)} == \
        {name for name in before if not configured.is_relative_to(root / name)}


def test_failed_installation_changes_nothing(programs, folder):
    root = folder / "root"
    place = {"DESTDIR": str(root), "PREFIX": "/usr"}
    install(programs, folder, **place)
    # A file where a folder must be: one of the last targets cannot be written, whoever tries.
    shutil.rmtree(root / "usr/share/zsh")
    (root / "usr/share/zsh").write_text("")
    (root / "usr/bin/notectl").write_text("an older version")
    before = everything(root)
    result = install(programs, folder, check=False, **place)
    assert result.returncode == 73 and "share/zsh" in result.stderr and "nothing was changed" in result.stderr
    assert everything(root) == before


@pytest.mark.parametrize("options, environment, code, text", [
    (["--frobnicate"], {}, 64, "--frobnicate"),
    ([], {"PREFIX": "relative"}, 64, "'relative'"),
    ([], {"PREFIX": "/with space"}, 64, "'/with space'"),
    (["--purge"], {}, 64, "--uninstall"),
    (["--uninstall"], {}, 66, "manifest"),
])
def test_wrong_use_is_refused(programs, folder, options, environment, code, text):
    result = install(programs, folder, *options, check=False, DESTDIR=str(folder / "root"), **environment)
    assert result.returncode == code and text in result.stderr
    assert not (folder / "root").exists()


# The manual pages

def commands(program, path=()):
    """The help texts of all commands of a program, by their words."""
    text = subprocess.run([program, *path, "--help"], check=True, capture_output=True, text=True).stdout
    yield path, text
    listed = re.search(r"^SUBCOMMANDS:\n((?:  .*\n)+)", text, re.M)
    for name in re.findall(r"^  ([a-z-]+)", listed[1], re.M) if listed else []:
        if name != "help":
            yield from commands(program, (*path, name))


def shown(page):
    """A page as text, without roff's escapes."""
    return re.sub(r"\\f[BIR]|\\&", "", page.read_text()).replace("\\-", "-")


@pytest.mark.parametrize("name", PAGES)
def test_page_has_every_command_and_option(programs, pages, name):
    page = shown(pages / PAGES[name])
    for path, text in commands(programs / name):
        section = page
        if path and "\nSUBCOMMANDS:" not in text:
            heading = f".SS {' '.join(path)}\n"
            assert heading in page, f"{name}(1) lacks the command {' '.join(path)}"
            section = page.split(heading)[1].split("\n.S")[0]
        for option in set(re.findall(r"^  .*?(--[a-z0-9-]+)", text, re.M)) - {"--help", "--version"}:
            assert option in section or option in page and not path, f"{name}(1) lacks {option} of {' '.join(path)}"


def test_page_has_every_key_of_the_configuration(pages):
    page = shown(pages / "man5/noted.yaml.5")
    keys = re.findall(r"^# *([a-z_0-9]+):", (ROOT / "share/noted.yaml.example").read_text(), re.M)
    assert len(keys) > 15
    assert [key for key in keys if f"\n{key}:" not in page] == []


def test_protocol_page_has_every_method(pages):
    page = shown(pages / "man7/noted-protocol.7")
    methods = re.findall(r"^\| `([a-z.]+)`", (ROOT / "docs/protocol.md").read_text(), re.M)
    assert len(methods) > 30 and [method for method in methods if method not in page] == []


@pytest.mark.parametrize("page", [*PAGES.values(), "man5/noted.yaml.5", "man7/noted-protocol.7"])
def test_page_is_valid(pages, page):
    tools = {"mandoc": ["mandoc", "-Tlint", "-Wwarning"], "groff": ["groff", "-man", "-Tutf8", "-ww", "-z"]}
    used = [command for tool, command in tools.items() if shutil.which(tool)]
    for command in used:
        result = subprocess.run([*command, pages / page], capture_output=True, text=True)
        assert (result.stdout + result.stderr).strip() == ""
    assert (pages / page).read_text().startswith(".TH ")
    if not used:
        pytest.skip("neither mandoc nor groff is installed")


def test_conversion_of_pages():
    subprocess.run([ROOT / "Scripts/make-man-pages.py", "--self-test"], check=True)


def test_metainfo_is_valid(programs, folder):
    if not shutil.which("appstreamcli"):
        pytest.skip("appstreamcli is not installed")
    install(programs, folder, DESTDIR=str(folder / "root"), PREFIX="/usr")
    metainfo = folder / "root/usr/share/metainfo/org.noted.noted.metainfo.xml"
    subprocess.run(["appstreamcli", "validate", "--no-net", metainfo], check=True)
