"""Scripts/build-release.sh builds when the sources changed, and only then, with a stand-in for swift."""
import os
import pathlib
import shutil
import subprocess

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "Scripts"

# Logs what it is called with. A build makes a program that starts.
SWIFT = """#!/bin/sh
if [ "$1" = --version ]; then cat "$COMPILER"; exit; fi
echo "$*" >> "$LOG"
if [ "$1" = package ]; then echo resolved > Package.resolved; exit; fi
for program; do :; done
mkdir -p .build/release
printf '#!/bin/sh\\nexit 0\\n' > ".build/release/$program"
chmod +x ".build/release/$program"
"""


class Checkout:
    """A checkout with one source file and the script under test."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "log"
        self.compiler = folder / "compiler"
        for name in ("Scripts", "Sources/noted", "bin"):
            (folder / name).mkdir(parents=True)
        for name in ("build-release.sh", "packages.sh"):
            shutil.copy(SCRIPTS / name, folder / "Scripts")
        self.source = folder / "Sources/noted/Noted.swift"
        self.source.write_text("print(1)\n")
        (folder / "Package.swift").write_text("// package\n")
        self.compiler.write_text("Swift version 6.3\n")
        (folder / "bin/swift").write_text(SWIFT)
        (folder / "bin/swift").chmod(0o755)

    def program(self, name="noted"):
        return self.folder / ".build/release" / name

    def builds(self, *programs):
        """Runs the script and returns the programs that it built."""
        self.log.write_text("")
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "LOG": str(self.log), "COMPILER": str(self.compiler)}
        result = subprocess.run(
            [self.folder / "Scripts/build-release.sh", *programs], env=environment, capture_output=True, text=True,
            timeout=60)
        assert result.returncode == 0, result.stderr
        assert result.stdout == f"{self.folder}/.build/release\n"
        prefix = "build -c release --product "
        return [line[len(prefix):] for line in self.log.read_text().splitlines() if line.startswith(prefix)]


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_builds_once(checkout):
    assert checkout.builds("noted", "notectl") == ["noted", "notectl"]
    assert checkout.builds("noted", "notectl") == []
    assert checkout.builds() == ["notelab"]


def test_new_times_and_environment_do_not_build(checkout):
    checkout.builds("noted")
    os.utime(checkout.source)
    os.utime(checkout.folder / "Package.swift")
    assert checkout.builds("noted") == []


def test_changes_build(checkout):
    checkout.builds("noted")
    checkout.source.write_text("print(2)\n")
    assert checkout.builds("noted") == ["noted"]
    (checkout.source.parent / "Other.swift").write_text("\n")
    assert checkout.builds("noted") == ["noted"]
    (checkout.folder / "Package.swift").write_text("// another package\n")
    assert checkout.builds("noted") == ["noted"]
    (checkout.folder / "Package.resolved").write_text("newer\n")
    assert checkout.builds("noted") == ["noted"]
    checkout.compiler.write_text("Swift version 6.4\n")
    assert checkout.builds("noted") == ["noted"]
    assert checkout.builds("noted") == []


def test_a_program_from_elsewhere_is_replaced(checkout):
    """A program that swift built from other sources, without the script, is newer than its stamp."""
    checkout.builds("noted")
    stamp = checkout.program().with_suffix(".sources")
    os.utime(stamp, (1, 1))
    assert checkout.builds("noted") == ["noted"]


def test_a_program_that_does_not_start_is_built_again(checkout):
    checkout.builds("noted")
    checkout.program().write_text("#!/bin/sh\nexit 127\n")
    stamp = checkout.program().with_suffix(".sources")
    os.utime(stamp)
    assert checkout.builds("noted") == ["noted"]


def test_a_missing_program_is_built(checkout):
    checkout.builds("noted")
    checkout.program().unlink()
    assert checkout.builds("noted") == ["noted"]
