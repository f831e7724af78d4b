"""The HTTP listener: metrics that agree with `status`, and clients that misbehave."""
import http.client
import os
import pathlib
import re
import resource
import socket
import subprocess
import time

import pytest
from phrase import play_phrase_and_check
from prometheus import Metrics

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECORDING = ROOT / "Demo/prelude.ogg"


def port_of(daemon):
    """The port that the daemon has logged."""
    deadline = time.monotonic() + 10
    while not (match := re.search(r"http://127\.0\.0\.1:(\d+)/metrics", open(daemon.log_path).read())):
        assert time.monotonic() < deadline, open(daemon.log_path).read()
        time.sleep(0.02)
    return int(match[1])


def get(port, path="/metrics", method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


def metrics(port):
    response, body = get(port)
    assert response.status == 200, body
    assert response.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    return Metrics(body)


def test_metrics_agree_with_status(noted, rig):
    """Counters and gauges lie between those of `status` before and after, and the histogram counts the notes."""
    with noted("--source", f"file:{RECORDING}", "--score", str(ROOT / "Demo/prelude.mid"), "--http",
               "127.0.0.1:0") as daemon:
        port = port_of(daemon)
        client = daemon.client()
        client.wait_for_state("running")
        for _ in range(10):
            client.wait(lambda line: line.get("method") == "note_on", since=len(client.lines))
        before = client.request("status")["result"]
        page = metrics(port)
        after = client.request("status")["result"]
        counters = {
            "hops": "noted_hops_total", "late_hops": "noted_hops_late_total",
            "skipped_hops": "noted_hops_skipped_total", "silent_hops": "noted_hops_silent_total",
            "rested_hops": "noted_hops_rested_total", "overruns": "noted_overruns_total",
            "lost_frames": "noted_lost_frames_total",
            "discontinuities": "noted_discontinuities_total", "reconnects": "noted_source_reconnects_total",
            "notes": "noted_notes_total", "connections": "noted_client_connections_total",
            "dropped_clients": "noted_clients_dropped_total", "resyncs": "noted_client_resyncs_total",
            "refused_lines": "noted_client_lines_refused_total", "scores": "noted_scores_loaded_total",
            "jumps": "noted_follow_jumps_total", "expected_notes": "noted_notes_expected_total",
            "unexpected_notes": "noted_notes_unexpected_total", "missed_notes": "noted_notes_missed_total",
        }
        for member, name in counters.items():
            assert before["counters"][member] <= page[name] <= after["counters"][member], member
        assert before["uptime_s"] <= page["noted_uptime_seconds"] <= after["uptime_s"]
        assert page["noted_hops_total"] > 50 and page["noted_notes_total"] >= 10
        assert page["noted_clients"] == after["clients"] == 1
        assert page["noted_source_state", ("state", "running")] == 1
        assert page.labels("noted_source_info") == {"source": f"file:{RECORDING}"}
        assert page.labels("noted_model_info") == {
            "name": after["model"]["name"], "path": after["model"]["path"]}
        assert page["noted_model_lookahead_seconds"] == pytest.approx(after["model"]["lookahead_ms"] / 1000, abs=1e-6)
        assert page.labels("noted_score_info")["name"] == after["score"]["name"]
        states = ("waiting", "following", "holding", "lost", "ended")
        assert sum(page["noted_follow_state", ("state", state)] for state in states) == 1
        # A note is measured just after its line has been sent.
        measured = page["noted_note_delay_seconds_count"]
        assert before["delay_since_start"]["count"] <= measured <= after["delay_since_start"]["count"]
        assert page["noted_note_delay_seconds_sum"] <= measured * after["delay_since_start"]["max_ms"] / 1000 + 1e-6
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        threads = int(re.search(r"Threads:\s+(\d+)", status)[1])
        assert abs(page["process_threads"] - threads) <= 2
        assert abs(page["process_open_fds"] - len(os.listdir(f"/proc/{daemon.process.pid}/fd"))) <= 2
        assert page["process_resident_memory_bytes"] == pytest.approx(after["cpu"]["resident_bytes"], rel=0.1)
        assert 0 < page["process_cpu_seconds_total"] < 60
        assert abs(page["process_start_time_seconds"] - (time.time() - after["uptime_s"])) < 5
        later = metrics(port)
        for key, value in page.samples.items():
            if page.kinds.get(key[0]) == "counter":
                assert later.samples[key] >= value, f"the counter {key} has fallen"
        assert daemon.stop() == 0


def test_hostile_http_clients_do_not_disturb_the_notes(noted, rig):
    """Hanging, garbage and too many connections disturb neither the clients of the socket nor the next scrape."""
    with noted("--source", "pulse:testsink.monitor", "--http", "127.0.0.1:0") as daemon:
        port = port_of(daemon)
        client = daemon.client()
        client.wait_for_state("running")
        hanging = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        for index, each in enumerate(hanging):
            try:
                each.sendall([b"", b"GET /metr", b"\x00\xff garbage\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 50_000,
                              b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200][index % 5])
            except OSError:
                pass
        f1, _, _ = play_phrase_and_check(rig, client)
        print(f"F1 {f1:.2f} with {len(hanging)} HTTP connections")
        assert client.request("status")["result"]["clients"] == 1, "HTTP connections are not clients"
        for each in hanging:
            each.close()
        deadline = time.monotonic() + 10
        while get(port)[0].status == 503:
            assert time.monotonic() < deadline, "the connections are not freed"
            time.sleep(0.05)
        page = metrics(port)
        assert page["noted_http_connections_refused_total"] >= 20
        assert page["noted_http_connections"] <= 16
        assert daemon.stop() == 0


def test_http_without_descriptors(noted, rig):
    """Out of descriptors, accepting pauses instead of spinning, and goes on when some are free."""
    with noted("--source", "none", "--http", "127.0.0.1:0") as daemon:
        port = port_of(daemon)
        metrics(port)
        pid = daemon.process.pid
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        time.sleep(0.3)
        used = max(int(number) for number in os.listdir(f"/proc/{pid}/fd")) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[1]))
        # Gaps below the highest descriptor are filled first.
        waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(15)]

        def processor_seconds():
            words = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
            return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

        before, began = processor_seconds(), time.monotonic()
        time.sleep(2)
        assert processor_seconds() - before < 0.3 * (time.monotonic() - began), "noted spins"
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        for each in waiting:
            each.close()
        deadline = time.monotonic() + 10
        while get(port)[0].status == 503:
            assert time.monotonic() < deadline, "the connections are not freed"
            time.sleep(0.05)
        assert metrics(port)["noted_http_accept_errors_total"] >= 1
        assert daemon.stop() == 0


def test_http_answers_and_errors(noted, programs, rig):
    """Wrong methods, pages, hosts, addresses and ports get one sentence and the documented code."""
    with noted("--source", "none", "--http", "localhost:0") as daemon:
        port = port_of(daemon)
        for expected, path, method, headers, named in [
            (404, "/nothing", "GET", {}, "/metrics"), (405, "/metrics", "POST", {}, "GET"),
            (400, "/metrics", "GET", {"Host": "evil.example"}, "evil.example"),
            (403, "/metrics", "GET", {"Origin": "http://evil.example"}, "evil.example"), (200, "/", "GET", {}, "noted"),
        ]:
            response, body = get(port, path, method, **headers)
            assert response.status == expected and named in body and body.count("\n") >= 1, f"{path}: {body}"
        response, body = get(port, method="HEAD")
        assert response.status == 200 and not body and int(response.getheader("Content-Length")) > 1000
        # The second daemon finds the port in use, says so, and leaves no socket behind.
        socket_path = rig.folder / "second"
        for arguments, code, named in [
            (["--http", f"127.0.0.1:{port}"], 78, "another program uses this port"),
            (["--http", "192.0.2.1:9464"], 78, "192.0.2.1:9464"), (["--http", "example.org:80"], 64, "example.org:80"),
            (["--http", "9464"], 64, "127.0.0.1:9464"),
        ]:
            done = subprocess.run(
                [programs / "noted", "--source", "none", "--socket", socket_path, *arguments], capture_output=True,
                text=True, timeout=20, env=rig.environment)
            assert done.returncode == code and named in done.stderr, f"{arguments}: {done.returncode} {done.stderr}"
            assert not socket_path.exists(), arguments
        assert daemon.stop() == 0


def test_systemd_may_pass_the_http_socket(programs, rig):
    """A TCP socket named 'http' is served beside the Unix socket, as with a socket unit of its own."""
    web = socket.create_server(("127.0.0.1", 0))
    events = socket.socket(socket.AF_UNIX)
    path = str(rig.folder / "events")
    events.bind(path)
    events.listen()
    # LISTEN_PID must be the daemon's, which exec keeps.
    script = 'exec 3<&"$1" 4<&"$2"; export LISTEN_PID=$$; exec "$3" --source none'
    environment = dict(rig.environment, LISTEN_FDS="2", LISTEN_FDNAMES="http:noted")
    process = subprocess.Popen(
        ["bash", "-c", script, "-", str(web.fileno()), str(events.fileno()), programs / "noted"], env=environment,
        pass_fds=[web.fileno(), events.fileno()], stderr=subprocess.PIPE, text=True)
    try:
        page = metrics(web.getsockname()[1])
        assert page["noted_source_state", ("state", "waiting")] == 1
    finally:
        process.terminate()
        assert process.wait(10) == 0, process.stderr.read()
