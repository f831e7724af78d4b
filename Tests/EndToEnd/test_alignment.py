"""Alignment of scores with recordings: results, errors, and folders of pairs."""
import json
import os
import signal
import subprocess
import wave
import xml.dom.minidom

from laboratory import RATE, TUNE, aligned_starts, performance, score


def test_align(notelab, folder):
    """A score aligned with a slower performance: labels, MIDI, JSON, figure and mix are written and correct."""
    tune = score(folder / "tune.mid")
    times = performance(folder / "tune.wav")
    out = {kind: folder / f"out.{kind}" for kind in ("csv", "mid", "json", "svg", "wav")}
    result = notelab(
        "align", tune, folder / "tune.wav", "--out", out["csv"], "--midi", out["mid"], "--json", out["json"], "--plot",
        out["svg"], "--mix", out["wav"], "--mix-layout", "stereo")
    assert result.returncode == 0 and "x real time" in result.stderr, result.stderr
    starts = aligned_starts(out["csv"])
    assert sorted(starts) == [float(beat) for beat in range(len(TUNE))], f"beats are {sorted(starts)}"
    close = sum(abs(starts[float(beat)] - time_) < 0.06 for beat, time_ in enumerate(times))
    assert close >= 0.9 * len(times), f"{close} of {len(times)} onsets are within 60 ms"
    report = json.loads(out["json"].read_text())
    assert len(report["notes"]) == len(TUNE) and report["verdict"]["grade"] in ("accepted", "doubtful"), (
        report["verdict"])
    xml.dom.minidom.parse(str(out["svg"]))
    with wave.open(str(out["wav"])) as mix, wave.open(str(folder / "tune.wav")) as sound:
        assert (mix.getnchannels(), mix.getnframes()) == (2, sound.getnframes()), "the mix does not match the recording"
    # The performance that it writes is itself a score of the recording.
    again = notelab("align", out["mid"], folder / "tune.wav")
    assert again.returncode == 0, again.stderr
    assert len(again.stdout.splitlines()) == len(TUNE) + 1, "labels were not printed"
    excerpt = notelab("align", score(folder / "part.mid", TUNE[8:16]), folder / "tune.wav", "--from", 5.5, "--to", 11,
                      "--out", folder / "part.csv")
    assert excerpt.returncode == 0, excerpt.stderr
    first = aligned_starts(folder / "part.csv")[1.0]
    assert abs(first - times[9]) < 0.1, f"the excerpt's second note is at {first}, not {times[9]}"


def test_align_errors(notelab, folder):
    """Invalid scores, recordings and outputs get one message and the right exit code, and leave no file behind."""
    tune = score(folder / "tune.mid")
    performance(folder / "tune.wav", TUNE[:8])
    score(folder / "empty.mid", [])
    (folder / "noise.mid").write_bytes(os.urandom(500))
    (folder / "damaged.wav").write_bytes((folder / "tune.wav").read_bytes()[:20000])
    (folder / "text.flac").write_text("no sound")
    with wave.open(str(folder / "silent.wav"), "wb") as silent:
        silent.setparams((1, 2, RATE, 0, "NONE", ""))
        silent.writeframes(bytes(2 * 5 * RATE))
    good = [tune, folder / "tune.wav"]
    out = folder / "x.csv"
    (folder / "nothing").mkdir()
    before = sorted(path.name for path in folder.iterdir())
    cases = [
        ([folder / "none.mid", folder / "tune.wav", "--out", out], 66, "none.mid"),
        ([tune, folder / "none.wav", "--out", out], 66, "none.wav"),
        ([folder / "noise.mid", folder / "tune.wav", "--out", out], 65, "noise.mid"),
        ([folder / "empty.mid", folder / "tune.wav", "--out", out], 65, "empty.mid"),
        ([tune, folder / "damaged.wav", "--out", out], 65, "damaged.wav"),
        ([tune, folder / "text.flac", "--out", out], 65, "text.flac"),
        ([tune, folder / "silent.wav", "--out", out], 65, "silent"),
        ([*good, "--out", folder / "no" / "x.csv"], 74, "no folder"),
        ([*good, "--out", out, "--from", 90], 65, "--from"),
        ([*good, "--mix", folder / "tune.wav"], 64, "tune.wav"),
        ([*good, "--soundfont", "nowhere.sf2"], 66, "nowhere.sf2"),
        ([folder / "nothing", "--out-dir", folder / "results"], 65, "no pair"),
        ([folder / "nowhere", "--out-dir", folder / "results"], 66, "nowhere"),
        (["--pairs", tune, "--out-dir", folder / "results"], 65, "tune.mid"),
    ]
    for arguments, status, words in cases:
        result = notelab("align", *arguments)
        lines = [line for line in result.stderr.split("\n") if line]
        # What a damaged file lacks is a warning of its own.
        warnings = [line for line in lines if line.startswith("notelab: warning: ")]
        assert len(warnings) == (words == "damaged.wav"), f"{arguments}: {result.stderr}"
        said = [line for line in lines if line not in warnings]
        assert result.returncode == status, f"{arguments}: exit {result.returncode}, not {status}: {result.stderr}"
        assert len(said) == 1 and words in said[0] and said[0].startswith("notelab: "), f"{arguments}: {result.stderr}"
    for arguments, words in [
            ([tune], "Name a score and a recording"), ([*good, "--out", "x.txt"], ".csv"),
            ([*good, "--plot", "x.pdf"], ".svg or .png"), ([*good, "--to", 3, "--from", 4], "--to"),
            ([*good, "--hop", 9999], "hop"), ([*good, "--keep-rejected"], "--out-dir"),
            ([folder, "--out-dir", folder / "r", "--out", out], "--formats"),
            ([folder, "--out-dir", folder / "r", "--formats", "csv,tiff"], "tiff")]:
        result = notelab("align", *arguments)
        assert result.returncode == 64 and words in result.stderr, f"{arguments}: {result.returncode} {result.stderr}"
    assert sorted(path.name for path in folder.iterdir()) == before, "a file was left behind"


def test_align_folder(notelab, folder):
    """A folder of pairs, killed or interrupted at any time, ends with the results of an uninterrupted run."""
    pairs = folder / "pairs"
    pairs.mkdir()
    for index in range(4):
        tune = TUNE[index * 4:] + TUNE[:index * 4]
        inside = pairs / f"piece{index}"
        inside.mkdir()
        score(inside / "score.mid", tune)
        performance(inside / "audio.wav", tune, start=0.5 + 0.2 * index, pace=0.5 + 0.03 * index)
    score(pairs / "broken.mid")
    (pairs / "broken.flac").write_text("no sound")
    (pairs / "lonely.wav").write_bytes(b"")
    whole, out = folder / "whole", folder / "out"
    options = ["--formats", "csv,json,mid,mix", "--jobs", 2]
    result = notelab("align", pairs, "--out-dir", whole, *options, "--json", folder / "report.json")
    assert result.returncode == 65, f"{result.returncode} {result.stderr}"
    assert "5 pairs: 4 accepted, 1 failed" in result.stdout and "lonely.wav" in result.stdout, result.stdout
    report = json.loads((folder / "report.json").read_text())
    assert [pair["name"] for pair in report["pairs"]] == ["broken"] + [f"piece{index}" for index in range(4)], report

    def files(path):
        return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}

    kills = 0
    for attempt in range(20):
        run = notelab.start("align", pairs, "--out-dir", out, *options)
        try:
            _, said = run.communicate(timeout=0.2 * 1.6 ** attempt)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGINT if attempt % 2 else signal.SIGKILL)
            run.communicate()
            assert attempt % 2 == 0 or run.returncode in (130, 65), f"interrupted: {run.returncode}"
            kills += 1
            for name, data in (files(out) if out.exists() else {}).items():
                if not name.split("/")[-1].startswith(".") and name != "manifest.jsonl":
                    assert data == files(whole)[name], f"{name} is half written"
            continue
        assert run.returncode == 65, said
        break
    assert kills >= 1, "the run always ended before it could be killed"
    names = set(files(whole))
    assert set(files(out)) == names and len(names) == 17, f"{sorted(files(out))} are not {sorted(names)}"
    stamps = {path: path.stat().st_mtime_ns for path in out.iterdir() if path.suffix == ".csv"}
    again = notelab("align", pairs, "--out-dir", out, *options)
    assert "4 unchanged since an earlier run" in again.stdout, again.stdout
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}, "unchanged pairs were aligned again"
