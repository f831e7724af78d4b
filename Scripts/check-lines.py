#!/usr/bin/env python3
"""Reports lines of more than 120 columns, comments included, in Swift, C, Python and shell sources.

  Scripts/check-lines.py               check this repository
  Scripts/check-lines.py --self-test   check that a long line is found, and which files are read

swift format breaks long code but leaves comments as they are, and it reads no other language. A column is one
character, not one byte. Data in Swift tests, such as an expected line of JSON, may be longer; their comments may not.
"""
import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["Package.swift", ".ci", "Benchmarks", "Scripts", "Sources", "Tests", "share"]
SUFFIXES = {".swift", ".c", ".h", ".py", ".sh"}
SHELLS = ("#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash", "#!/usr/bin/env python3")
LIMIT = 120


def is_source(path):
    """Whether `path` is in one of the four languages, by its suffix or its first line."""
    if path.suffix in SUFFIXES:
        return True
    if path.suffix:
        return False
    with path.open("rb") as file:
        return file.readline(64).decode("utf-8", "replace").rstrip() in SHELLS


def sources(root):
    for name in FOLDERS:
        top = root / name
        paths = [top] if top.is_file() else sorted(top.rglob("*"))
        yield from (path for path in paths if path.is_file() and "__pycache__" not in path.parts and is_source(path))


def is_test_data(path, line):
    """Whether a line is code of a Swift test, which swift format has left long because of a string literal."""
    return path.parts[0] == "Tests" and path.suffix == ".swift" and not line.lstrip().startswith("//")


def long_lines(root):
    """(path, line number, columns) of each line that is too long."""
    for path in sources(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > LIMIT and not is_test_data(path.relative_to(root), line):
                yield path.relative_to(root), number, len(line)


def self_test():
    files = {
        "Package.swift": "//" + "x" * 118 + "\n", "Sources/A/a.swift": "\n/// " + "x" * 117 + "\n",
        "Sources/A/a.h": "//" + "é" * 118 + "\n", "Tests/a.py": "#" * 121 + "\n",
        "Tests/a.swift": "//" + "x" * 119 + '\n"' + "x" * 120 + '"\n', "Tests/a.txt": "x" * 200 + "\n",
        ".ci/run": "#!/bin/sh\n#" + "x" * 120 + "\n", "share/data": "x" * 200 + "\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = [(str(path), number, columns) for path, number, columns in long_lines(pathlib.Path(folder))]
    expected = [(".ci/run", 2, 121), ("Sources/A/a.swift", 2, 121), ("Tests/a.py", 1, 121),
                ("Tests/a.swift", 1, 121)]
    if found != expected:
        print(f"check-lines: self-test: expected {expected}, found {found}", file=sys.stderr)
    return found == expected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true", help="check the check itself")
    if parser.parse_args().self_test:
        sys.exit(0 if self_test() else 1)
    found = list(long_lines(ROOT))
    for path, number, columns in found:
        print(f"{path}:{number}: {columns} columns, and {LIMIT} are allowed", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
