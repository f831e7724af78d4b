"""Runs a command under the system call filter of a systemd unit, without systemd (x86-64 only).

  python3 filtered.py UNIT COMMAND...

Reads SystemCallFilter= of the unit and expands its groups with systemd-analyze. A call that the filter denies fails
with EPERM, as SystemCallErrorNumber=EPERM demands. execve is allowed, for the command itself, as systemd does.
"""
import ctypes
import os
import pathlib
import re
import struct
import subprocess
import sys

HEADER = pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
ALWAYS = {"execve", "exit", "exit_group", "rt_sigreturn", "getrlimit", "time", "clock_gettime", "gettimeofday"}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL_WITH_EPERM = 0x7FFF0000, 0x00050001


def expand(name):
    """The system calls of a group, such as @system-service, or the call itself."""
    if not name.startswith("@"):
        return {name}
    listing = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    members = [line.strip() for line in listing.stdout.splitlines()[1:]]
    return set().union(*(expand(member) for member in members if member and not member.startswith("#")))


def allowed_calls(unit):
    """The allow list that the lines of the unit amount to: later lines add to it or, with ~, take away from it."""
    allowed = set(ALWAYS)
    for line in pathlib.Path(unit).read_text().splitlines():
        if line.startswith("SystemCallFilter="):
            names = line.split("=", 1)[1]
            calls = set().union(*(expand(name) for name in names.lstrip("~").split()))
            allowed = allowed - calls if names.startswith("~") else allowed | calls
    return allowed


def install(allowed):
    numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text()))
    program = [(LOAD, 0, 0, 0)]
    for name in sorted(allowed & numbers.keys()):
        program += [(JUMP_IF_EQUAL, 0, 1, int(numbers[name])), (RETURN, 0, 0, ALLOW)]
    program.append((RETURN, 0, 0, FAIL_WITH_EPERM))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in program))
    filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0)]:
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    install(allowed_calls(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
