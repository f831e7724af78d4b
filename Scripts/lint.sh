#!/usr/bin/env bash
# Checks everything that needs no build: format, line length, imports, and the syntax of scripts. Runs all checks even
# if one fails. Scripts/verify-units.sh checks the systemd units.
#
#   Scripts/lint.sh
set -uo pipefail
cd "$(dirname "$0")/.."
. Scripts/packages.sh
require_swift || exit

failed=0
# NAME COMMAND...
step() {
    local name=$1
    shift
    "$@" || { echo "lint: $name failed" >&2; failed=1; }
}

python_syntax() {
    # Compiles in memory, so that no __pycache__ is left behind.
    find . -path './.*' -prune -o -name '*.py' -print0 | xargs -0 python3 -c '
import sys
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        compile(file.read(), path, "exec")'
}

shell_syntax() {
    local path
    for path in .ci/run Scripts/*.sh Scripts/install Tests/Package/*.sh; do bash -n "$path" || return; done
}

step "swift format" swift format lint --strict --recursive --parallel Package.swift Sources Tests
step "the check of the line length" Scripts/check-lines.py --self-test
step "line length" Scripts/check-lines.py
step "the check of imports" Scripts/check-imports.py --self-test
step "imports" Scripts/check-imports.py
step "Python syntax" python_syntax
step "shell syntax" shell_syntax
exit "$failed"
