#!/usr/bin/env python3
"""Compares followers in a Markdown table with a row for each pair.

  notelab evaluate-following PAIRS --json > standard.json
  notelab evaluate-following PAIRS --method arzt --json > arzt.json
  notelab evaluate-following PAIRS --judge matchmaker-arzt-lse --json > peer.json
  Scripts/following-table.py standard.json arzt.json --peers peer.json ... [--figure position] [--limit 100]

Each file gets a column with the percentage of onsets within --limit ms and the median in ms, of arrivals or of
positions at onset. Only the best peer is shown for each pair: the one with most onsets within the limit and, among
equals, the smaller median. Pairs with repeated passages have no arrivals, so their position is shown, marked with p.
--recoveries instead prints the time until recovery for each discontinuity.
"""
import argparse
import json
import pathlib


def load(path):
    report = json.loads(pathlib.Path(path).read_text())
    return report["method"], {pair["pair"]: pair for pair in report["pairs"]}


def figures(pair, figure):
    """The requested figures, and a mark if they are replaced by others."""
    if figure == "arrival" and not pair.get("arrival"):
        return pair["position"], " p"
    return pair[figure], ""


def cell(pair, arguments):
    if pair is None:
        return ""
    found, mark = figures(pair, arguments.figure)
    median = f"{found['median_ms']:.0f}" if "median_ms" in found else "-"
    return f"{100 * found[f'within_{arguments.limit}']:.1f}%, {median} ms{mark}"


def best(peers, name, arguments):
    """(method, pair) of the best peer on a pair; None if no peer has it."""
    def rank(entry):
        found, _ = figures(entry[1], arguments.figure)
        return -found[f"within_{arguments.limit}"], found.get("median_ms", float("inf"))

    return min(((method, pairs[name]) for method, pairs in peers if name in pairs), key=rank, default=None)


def mean(pairs, names, arguments):
    """The means over the pairs that all followers have."""
    found = [figures(pairs[name], arguments.figure)[0] for name in names]
    medians = [each["median_ms"] for each in found if "median_ms" in each]
    share = sum(each[f"within_{arguments.limit}"] for each in found) / len(found)
    return f"{100 * share:.1f}%, {sum(medians) / max(1, len(medians)):.0f} ms"


def errors(own, peers, arguments):
    names = list(own[0][1])
    yield ["pair"] + [method for method, _ in own] + (["best peer", ""] if peers else [])
    chosen = {}
    for name in names:
        row = [name] + [cell(pairs.get(name), arguments) for _, pairs in own]
        if peers:
            method, pair = best(peers, name, arguments) or ("", None)
            chosen[name] = pair
            row += [cell(pair, arguments), method]
        yield row
    common = [name for name in names if all(name in pairs for _, pairs in own) and chosen.get(name, not peers)]
    if len(common) > 1:
        row = [f"mean of {len(common)}"] + [mean(pairs, common, arguments) for _, pairs in own]
        yield row + ([mean(chosen, common, arguments), ""] if peers else [])


def recoveries(own, peers):
    followers = own + peers
    yield ["pair", "event", "at s"] + [method for method, _ in followers]
    for name, pair in own[0][1].items():
        for event in pair["recoveries"]:
            row = [name, event["kind"], f"{event['at']:.1f}"]
            for _, pairs in followers:
                same = [each for each in pairs.get(name, {}).get("recoveries", []) if each["at"] == event["at"]]
                seconds = same[0].get("seconds") if same else None
                row.append("" if not same else "never" if seconds is None else f"{seconds:.1f} s")
            yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("own", nargs="+", metavar="REPORT", help="output of evaluate-following --json")
    parser.add_argument("--peers", nargs="+", default=[], metavar="REPORT", help="the same for other programs")
    parser.add_argument("--figure", choices=("arrival", "position"), default="arrival")
    parser.add_argument("--limit", choices=(50, 100, 250, 500), type=int, default=100)
    parser.add_argument("--recoveries", action="store_true")
    arguments = parser.parse_args()
    own, peers = [load(path) for path in arguments.own], [load(path) for path in arguments.peers]
    rows = list(recoveries(own, peers) if arguments.recoveries else errors(own, peers, arguments))
    print("| " + " | ".join(rows[0]) + " |\n|" + " --- |" * len(rows[0]))
    for row in rows[1:]:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
