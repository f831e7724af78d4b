"""Who may make changes: the daemon asks the kernel who its client is, whatever the permissions of the socket say."""
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can connect as other users")

NOBODY = 65534
GROUP = 54321
SIOCUNIXFILE = 0x89E0

# Requests two changes and a ping, and prints the error code of each, or 0.
CLIENT = r"""
import json, socket, sys
address = sys.argv[1]
client = socket.socket(socket.AF_UNIX)
client.settimeout(20)
client.connect("\0" + address[1:] if address[0] == "@" else address)
lines = client.makefile("rb")
for number, method in enumerate(["source.select", "model.load", "ping"]):
    params = {"source": "telepathy", "path": "/nowhere/model"}
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    client.sendall(json.dumps(request).encode() + b"\n")
codes = {}
while len(codes) < 3:
    line = json.loads(lines.readline())
    if "id" in line:
        codes[line["id"]] = line.get("error", {"code": 0})["code"]
print(json.dumps([codes[number] for number in range(3)]))
"""
ALLOWED = [-32002, -32001, 0]  # the changes are attempted, and fail for another reason
REFUSED = [-32004, -32004, 0]


def request_as(address, user, groups=(), prefix=()):
    """The error codes that a process of `user` gets, whose only groups are `groups` (its own number if empty)."""
    groups = list(groups) or [user]
    command = [
        *prefix, "setpriv", f"--reuid={user}", f"--regid={groups[0]}", f"--groups={','.join(map(str, groups))}",
        sys.executable, "-I", "-c", CLIENT, address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def place(folder):
    """A folder into which every user may look."""
    for each in [folder, *folder.parents]:
        if each.stat().st_mode & 0o001 == 0:
            if each != folder:
                pytest.skip(f"{each} is closed to other users")
            each.chmod(0o755)
    return folder


@contextlib.contextmanager
def passed(programs, listener, prefix=()):
    """A daemon that listens on `listener`, as if systemd had passed it."""
    def give():
        os.dup2(listener.fileno(), 3)

    listener.listen(8)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [*prefix, "sh", "-c", 'LISTEN_PID=$$ exec "$0" --source none --log-level error', programs / "noted"],
        env=environment | {"LISTEN_FDS": "1"}, preexec_fn=give, pass_fds=(3,), stderr=subprocess.PIPE, text=True)
    try:
        yield process
        assert process.poll() is None, process.stderr.read()
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()
        listener.close()


def bound(path, mode, group=0):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    if not str(path).startswith("\0"):
        os.chmod(path, mode)
        os.chown(path, 0, group)
    return listener


def everyone(place):
    return bound(place / "s", 0o666), str(place / "s")


def abstract(place):
    name = f"noted-test-{os.getpid()}-{time.monotonic_ns()}"
    return bound("\0" + name, 0), "@" + name


def relative(place):
    before = os.getcwd()
    os.chdir(place)
    try:
        return bound("s", 0o666), str(place / "s")
    finally:
        os.chdir(before)


def renamed(place):
    listener = bound(place / "old", 0o666)
    (place / "old").rename(place / "new")
    return listener, str(place / "new")


def replaced(place):
    """Another socket, which suggests that the client's group was meant, stands at the path that the name states."""
    listener, address = renamed(place)
    bound(place / "old", 0o660, NOBODY).close()
    return listener, address


@pytest.mark.parametrize("kind", [everyone, abstract, relative, renamed, replaced])
def test_passed_sockets_open_to_everyone(programs, place, kind):
    listener, address = kind(place)
    with passed(programs, listener):
        assert request_as(address, NOBODY) == REFUSED
        assert request_as(address, NOBODY, [NOBODY, 0]) == REFUSED, "group 0 is left over from root"
        assert request_as(address, 0) == ALLOWED


def test_socket_widened_while_the_daemon_runs(noted, programs, place):
    listener = bound(place / "s", 0o600)
    with passed(programs, listener):
        (place / "s").chmod(0o666)
        assert request_as(str(place / "s"), NOBODY) == REFUSED


def test_group_of_a_passed_socket(programs, place):
    """The socket's own file decides, as it is at the time of the request."""
    path = place / "s"
    listener = bound(path, 0o660, GROUP)
    try:
        os.close(fcntl.ioctl(listener.fileno(), SIOCUNIXFILE, 0))
    except OSError as error:
        pytest.skip(f"the kernel does not lead from a socket to its file here: {error}")
    with passed(programs, listener):
        assert request_as(str(path), 1000, [1000, GROUP]) == ALLOWED
        path.chmod(0o666)
        assert request_as(str(path), 1000, [1000, GROUP]) == REFUSED
        assert request_as(str(path), 1000) == REFUSED
        path.chmod(0o660)
        os.chown(path, 0, GROUP + 1)
        assert request_as(str(path), 1000, [1000, GROUP + 1]) == ALLOWED


@contextlib.contextmanager
def private_machine(place):
    """Prefixes of commands that run with an empty /run, and with a group named noted."""
    (place / "group").write_text(f"root:x:0:\nnoted:x:{GROUP}:\n")
    script = "mount -t tmpfs tmpfs /run && mount --bind \"$0\" /etc/group && echo ready && exec sleep 600"
    holder = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", script, place / "group"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)
    try:
        if holder.stdout.readline() != "ready\n":
            pytest.skip(f"cannot mount here: {holder.stderr.read()}")
        yield ["nsenter", f"--target={holder.pid}", "--mount", "--"]
    finally:
        holder.kill()
        holder.wait()


def test_system_socket_made_by_root(programs, place):
    """Started by root without XDG_RUNTIME_DIR, the daemon admits the group to the directory that it creates."""
    environment = {"PATH": os.environ["PATH"]}
    with private_machine(place) as inside:
        daemon = subprocess.Popen(
            [*inside, programs / "noted", "--source", "none"], env=environment, stderr=subprocess.PIPE, text=True)
        try:
            seen = ""
            while "listening" not in seen:
                line = daemon.stderr.readline()
                assert line, seen
                seen += line
            path = "/run/noted/socket"
            done = subprocess.run([*inside, "stat", "-c", "%a %g", "/run/noted", path], capture_output=True, text=True)
            assert done.stdout.split() == ["750", str(GROUP), "660", str(GROUP)]
            assert request_as(path, 1000, [1000, GROUP], inside) == ALLOWED
            # Let others connect: the group's members keep their rights, and nobody else gains any.
            subprocess.run([*inside, "chmod", "0755", "/run/noted"], check=True)
            subprocess.run([*inside, "chmod", "0666", path], check=True)
            assert request_as(path, 1000, prefix=inside) == REFUSED
            assert request_as(path, 1000, [1000, GROUP], inside) == ALLOWED
        finally:
            daemon.terminate()
            daemon.wait(20)
            daemon.stderr.close()


def test_system_socket_passed_to_the_service(programs, place):
    """As the system unit does it: the daemon has no privileges, and cannot see the file of the socket it was passed."""
    if not all(os.stat(each).st_mode & 0o001 for each in pathlib.Path(programs).parents):
        pytest.skip(f"{programs} is closed to other users")
    with private_machine(place) as inside:
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is missing")
        # Bound in this process's own /run, so that the kernel records the name but the file is elsewhere.
        script = place / "bind.py"
        script.write_text(
            "import os, socket, sys\n"
            "os.makedirs('/run/noted')\n"
            "s = socket.socket(fileno=int(sys.argv[1]))\n"
            "s.bind('/run/noted/socket')\n"
            "os.chmod('/run/noted/socket', 0o666)\n"
            "s.detach()\n")
        listener = socket.socket(socket.AF_UNIX)
        listener.set_inheritable(True)
        subprocess.run(
            [*inside, sys.executable, script, str(listener.fileno())], check=True, pass_fds=(listener.fileno(),))
        account = [*inside, "setpriv", f"--reuid={GROUP}", f"--regid={GROUP}", "--clear-groups", "--inh-caps=-all"]
        with passed(programs, listener, account):
            path = "/run/noted/socket"
            assert request_as(path, 1000, [1000, GROUP], inside) == ALLOWED
            assert request_as(path, GROUP, [1000], inside) == ALLOWED
            assert request_as(path, 1000, prefix=inside) == REFUSED
            assert request_as(path, 0, prefix=inside) == ALLOWED
