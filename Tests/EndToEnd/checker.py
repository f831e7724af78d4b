"""What every well-behaved client may rely on, whatever fault the daemon survives: the guarantees of docs/protocol.md.

`check` takes the lines that one client received. The tests of faults call it, or `stop_and_check`, at their end.
"""
import math

RATE = 44_100
HOP = 512
# An onset is confirmed up to this many samples after it happened, so an offset found meanwhile may precede it.
REORDERING = 8 * HOP
# The most by which the wall clock and the samples of one epoch may differ between two events, in seconds.
CLOCK_ERROR = 0.25


def check(client, is_over=False, clock_steps=False):
    """Checks everything that `client` received so far, and fails with the line that breaks a guarantee.

    `is_over`: the daemon has stopped, so `bye` was the last line, no note sounds, and nothing awaits its response.
    `clock_steps`: the system's clock was set meanwhile, or audio came faster than in real time, so `time` may jump.
    Returns the number of notes.
    """
    with client.lock:
        lines = [line for _, line in client.lines]
    assert not client.broken, f"the client received an invalid line: {client.broken}"
    state = _State(clock_steps)
    for index, line in enumerate(lines):
        try:
            _check_numbers(line)
            if "method" in line:
                state.apply(line["method"], line["params"])
        except AssertionError as problem:
            raise AssertionError(f"{problem}; line {index}, after {lines[max(0, index - 6):index]}: {line}") from None
    assert not lines or lines[0].get("method") == "hello", f"the first line is {lines[0]}"
    answered = [line["id"] for line in lines if "id" in line and line["id"] is not None]
    assert len(answered) == len(set(answered)), "a request was answered twice"
    unknown = set(answered) - set(range(1, client.requests + 1)) if client.counts_requests else set()
    assert not unknown, f"responses to requests that were not sent: {unknown}"
    if is_over:
        assert lines and lines[-1].get("method") == "bye", f"the last line is {lines[-1:]}"
        assert not state.sounding, f"notes without note_off: {state.sounding}"
    if client.counts_requests:
        missing = set(range(1, client.requests + 1)) - set(answered)
        assert not missing, f"requests without response: {missing}"
    return state.notes


def stop_and_check(daemon, *clients, clock_steps=False):
    """Stops the daemon and checks what each client received until the end. Returns the notes of the first one."""
    assert daemon.stop() == 0, f"noted did not exit with 0: {daemon.logged()}"
    for client in clients:
        assert client.closed.wait(10), "the connection stayed open after the daemon had stopped"
    return [check(client, is_over=True, clock_steps=clock_steps) for client in clients][0] if clients else 0


def _check_numbers(value):
    if isinstance(value, float):
        assert math.isfinite(value), "a number is not finite"
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_numbers(part)


class _State:
    """What a client knows after each notification."""

    def __init__(self, clock_steps):
        self.clock_steps = clock_steps
        self.epoch = None
        # The sounding notes; True for those whose note_on this client received.
        self.sounding = {}
        self.onsets = {}
        self.notes = 0
        self.newest = {}
        self.clock = None

    def apply(self, method, params):
        if method == "hello":
            assert self.epoch is None or params["epoch"] >= self.epoch, f"epoch {self.epoch} is followed by hello's"
            self._enter(params["epoch"])
        elif method == "discontinuity":
            assert self.epoch is None or params["epoch"] > self.epoch, f"no new epoch after {self.epoch}"
            assert params["lost_frames"] >= 0, "a negative loss"
            assert not self.sounding, f"{self.sounding} sound across a discontinuity"
            self._enter(params["epoch"])
        elif method == "resync":
            self._enter(params["epoch"])
            self.sounding = {note: False for note in params["active"]}
        elif method == "source_state" and params["state"] != "running":
            assert not self.sounding, f"{self.sounding} sound while the source is {params['state']}"
        elif "sample" in params:
            self._moment(method, params)
            if method == "note_on":
                self._note_on(params)
            elif method == "note_off":
                self._note_off(params)

    def _enter(self, epoch):
        if epoch != self.epoch:
            self.epoch, self.newest, self.clock = epoch, {}, None

    def _moment(self, method, params):
        assert params["epoch"] == self.epoch, f"an event of epoch {params['epoch']} in epoch {self.epoch}"
        sample = params["sample"]
        assert sample >= 0, "a negative sample"
        kind = "note" if method in ("note_on", "note_off") else method
        if kind != "missed":  # reported once it can no longer arrive, in the order of the score
            before = self.newest.get(kind, 0)
            tolerance = REORDERING if kind == "note" else 0
            assert sample >= before - tolerance, f"{kind} went back from sample {before}"
            self.newest[kind] = max(before, sample)
        if "time" in params and kind != "missed":
            offset = params["time"] - sample / RATE
            if self.clock is not None and not self.clock_steps:
                assert abs(offset - self.clock) < CLOCK_ERROR, f"time jumped by {offset - self.clock:.3f} s"
            self.clock = offset

    def _note_on(self, params):
        note = params["note"]
        assert note not in self.sounding, f"note {note} begins twice"
        self.sounding[note] = True
        self.onsets[note] = (params["epoch"], params["sample"])
        self.notes += 1

    def _note_off(self, params):
        note = params["note"]
        assert note in self.sounding, f"note {note} ends without having begun"
        if self.sounding.pop(note):
            epoch, onset = self.onsets[note]
            assert params["sample"] >= onset, f"note {note} ends before it began"
            length = (params["sample"] - onset) / RATE
            assert abs(params["duration_s"] - length) < 0.001, f"note {note} lasted {length:.4f} s"
