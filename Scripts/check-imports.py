#!/usr/bin/env python3
"""Compares the dependencies that Package.swift declares with the imports of every target's sources.

  Scripts/check-imports.py               check this package
  Scripts/check-imports.py --self-test   check that each kind of violation is reported

A violation is a declared dependency that no file of the target imports, or an import of anything that the target does
not declare and the toolchain does not bring. In C targets an #include takes the place of an import. The declarations
come from `swift package dump-package`, so helper functions and conditions in the manifest need no parsing here.

Exit status: 0 without violations, 1 with violations (one a line on standard error), 65 if the manifest cannot be read.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Modules that come with the compiler. An unknown name is a violation, so a new one must be added here by hand.
TOOLCHAIN = {
    "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML", "Glibc", "Musl",
    "Swift", "Synchronization", "Testing", "XCTest", "_Concurrency",
}
# Products of other packages whose modules are not named after the product.
PRODUCT_MODULES = {}

IMPORT = re.compile(
    r"^\s*(?:@[\w()]+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:typealias|struct|class|enum|protocol|let|var|func|actor)\s+)?(\w+)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
C_SUFFIXES = {".c", ".h", ".cc", ".cpp", ".m"}
# Comments and string literals of Swift, in the order in which they must be tried. Block comments are not nested here.
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|#+"(?:.*?)"#+|""".*?"""|"(?:\\.|[^"\\\n])*"', re.DOTALL)


class Target:
    """A target of the manifest: its kind, folder, and the modules that it declares as dependencies."""

    def __init__(self, description, root):
        self.name = description["name"]
        self.kind = description["type"]
        parent = "Tests" if self.kind == "test" else "Sources"
        self.folder = root / description.get("path", f"{parent}/{self.name}")
        self.declared = set()
        for dependency in description["dependencies"]:
            for form in ("byName", "target", "product"):
                if form in dependency:
                    name = dependency[form][0]
                    self.declared |= PRODUCT_MODULES.get(name, {name})

    def files(self):
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def is_c(self):
        return not any(path.suffix == ".swift" for path in self.files())


def swift_imports(text):
    """The modules that a Swift source imports, those inside `#if` included."""
    return set(IMPORT.findall(NOT_CODE.sub(" ", text)))


def headers_of(target):
    """The headers by which a C target or system library is recognised in an #include.

    A module over libc alone links nothing, and its headers are everybody's.
    """
    headers = set()
    if target.kind == "system":
        if not re.search(r"^\s*link ", (target.folder / "module.modulemap").read_text(), re.MULTILINE):
            return headers
        for path in target.files():
            if path.suffix == ".h":
                headers |= {name for name in INCLUDE.findall(path.read_text()) if "/" in name}
    else:
        include = target.folder / "include"
        headers |= {str(path.relative_to(include)) for path in include.rglob("*.h")}
    return headers


def violations(manifest, root):
    """One sentence for each violation, in the order of the manifest."""
    targets = [Target(description, root) for description in manifest["targets"]]
    owners = {}
    for target in targets:
        if target.kind == "system" or target.is_c():
            for header in headers_of(target):
                owners.setdefault(header, set()).add(target.name)
    found = []
    for target in targets:
        if target.kind == "system":
            continue
        imports = {}
        for path in target.files():
            if path.suffix == ".swift":
                names = swift_imports(path.read_text())
            elif path.suffix in C_SUFFIXES:
                included = INCLUDE.findall(path.read_text())
                names = {owner for header in included for owner in owners.get(header, set())}
            else:
                continue
            for name in names:
                imports.setdefault(name, path)
        for name in sorted(target.declared - imports.keys()):
            found.append(f"{target.name} declares {name}, but none of its files imports it")
        for name in sorted(imports.keys() - target.declared - TOOLCHAIN - {target.name}):
            where = imports[name].relative_to(root)
            found.append(f"{target.name} imports {name} ({where}), but does not declare it")
    return found


def read_manifest():
    result = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True)
    if result.returncode != 0:
        print(f"check-imports: 'swift package dump-package' failed: {result.stderr.strip()}", file=sys.stderr)
        sys.exit(65)
    return json.loads(result.stdout)


def self_test():
    """Checks a synthetic package with every kind of violation, and the same package without them."""
    def target(name, *dependencies, kind="regular", **more):
        return {"name": name, "type": kind, "dependencies": list(dependencies), **more}

    def on(name):
        return {"byName": [name, None]}

    product = {"product": ["Logging", "swift-log", None, None]}
    manifest = {"targets": [
        target("CSystem", kind="system"), target("CLibC", kind="system"), target("Kernels"), target("Base"),
        target("Other"),
        target("Top", on("Base"), on("Other"), on("CSystem"), product), target("TopTests", on("Top"), kind="test"),
        target("Faults", on("CSystem"), path="Tests/Faults"),
    ]}
    sources = {
        "Sources/CSystem/module.modulemap": 'module CSystem [system] {\n    header "shim.h"\n    link "system"\n}\n',
        "Sources/CSystem/shim.h": "#pragma once\n#include <system/library.h>\n",
        "Sources/CLibC/module.modulemap": 'module CLibC [system] {\n    header "shim.h"\n}\n',
        "Sources/CLibC/shim.h": "#pragma once\n#include <sys/syscall.h>\n",
        "Sources/Kernels/include/kernels.h": "void kernel(void);\n",
        "Sources/Kernels/kernels.c": '#include "kernels.h"\n#include <sys/syscall.h>\n',
        "Sources/Base/Base.swift": "import Foundation\nimport struct Swift.Int\n",
        "Sources/Other/Other.swift": "// nothing\n",
        "Sources/Top/Top.swift": "@preconcurrency import Logging\npublic import Base\nimport enum Other.Choice\n"
                                 "#if canImport(CSystem)\n    import CSystem\n#endif\n",
        "Tests/TopTests/TopTests.swift": "import Testing\n@testable import Top\n",
        "Tests/Faults/faults.c": "#include <system/library.h>\n",
    }
    faults = {
        "an unused dependency": (
            {"Sources/Top/Top.swift": "import Base\nimport CSystem\nimport Logging\n// import Other\n"},
            ["Top declares Other, but none of its files imports it"]),
        "an import in a string or comment only": (
            {"Sources/Top/Top.swift": 'import Base\nimport CSystem\nimport Logging\nlet s = """\nimport Other\n"""\n'
                                      "/*\nimport Other\n*/\n"},
            ["Top declares Other, but none of its files imports it"]),
        "an undeclared target": (
            {"Sources/Base/Base.swift": "import Other\n"},
            ["Base imports Other (Sources/Base/Base.swift), but does not declare it"]),
        "an undeclared target in tests": (
            {"Tests/TopTests/TopTests.swift": "@testable import Top\n@testable import Base\n"},
            ["TopTests imports Base (Tests/TopTests/TopTests.swift), but does not declare it"]),
        "an undeclared product": (
            {"Sources/Base/Base.swift": "import NIOCore\n"},
            ["Base imports NIOCore (Sources/Base/Base.swift), but does not declare it"]),
        "an unused product": (
            {"Sources/Top/Top.swift": "import Base\nimport Other\nimport CSystem\n"},
            ["Top declares Logging, but none of its files imports it"]),
        "an unused C library": (
            {"Tests/Faults/faults.c": "#include <stdio.h>\n"},
            ["Faults declares CSystem, but none of its files imports it"]),
        "an undeclared C library": (
            {"Sources/Kernels/kernels.c": "#include <system/library.h>\n"},
            ["Kernels imports CSystem (Sources/Kernels/kernels.c), but does not declare it"]),
    }
    failed = 0
    for name, (changes, expected) in {"no violation": ({}, []), **faults}.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {**sources, **changes}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            found = violations(manifest, root)
        if found != expected:
            failed += 1
            print(f"check-imports: self-test '{name}': expected {expected}, found {found}", file=sys.stderr)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true", help="check the check itself")
    if parser.parse_args().self_test:
        sys.exit(1 if self_test() else 0)
    found = violations(read_manifest(), ROOT)
    for sentence in found:
        print(f"check-imports: {sentence}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
