"""A strict parser for the text format of Prometheus, version 0.0.4.

Source: https://prometheus.io/docs/instrumenting/exposition_formats. Anything that the format does not allow is an
AssertionError: an unknown line, a sample outside its metric's group, a repeated series, a bad escape, a histogram that
is not cumulative.
"""
import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\\\|\\n)*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Inf)|NaN")


class Metrics:
    """The samples of one page: `metrics["name"]`, or `metrics["name", ("label", "value")]`."""

    def __init__(self, text):
        assert text.endswith("\n"), "the last line needs an end"
        self.samples, self.kinds, group = {}, {}, None
        helped = set()
        for line in text[:-1].split("\n"):
            if line.startswith("# HELP "):
                match = HELP.fullmatch(line)
                assert match and match[1] not in helped, line
                helped.add(match[1])
                group = None
            elif line.startswith("# TYPE "):
                match = TYPE.fullmatch(line)
                assert match and match[1] not in self.kinds and match[1] in helped, line
                group = match[1]
                self.kinds[group] = match[2]
            else:
                self._sample(line, group)
        for name, kind in self.kinds.items():
            if kind == "histogram":
                self._check_histogram(name)
            if kind == "counter":
                assert name.endswith("_total"), name
                assert all(value >= 0 for (own, *_), value in self.samples.items() if own == name), name

    def _sample(self, line, group):
        match = SAMPLE.fullmatch(line)
        assert match and group and NUMBER.fullmatch(match[3]), line
        suffixes = ("_bucket", "_sum", "_count") if self.kinds[group] == "histogram" else ("",)
        assert match[1] in [group + suffix for suffix in suffixes], f"{line} is not in the group of {group}"
        key = (match[1], *self._labels(match[2]))
        assert key not in self.samples, f"{line} is there twice"
        self.samples[key] = float(match[3])

    @staticmethod
    def _labels(text):
        labels, position = [], 0
        while text and position < len(text):
            match = LABEL.match(text, position)
            assert match, text
            value = re.sub(r"\\(.)", lambda escape: {"n": "\n"}.get(escape[1], escape[1]), match[2])
            labels.append((match[1], value))
            position = match.end()
        assert len(dict(labels)) == len(labels), text
        return sorted(labels)

    def _check_histogram(self, name):
        bounds = [(float(dict(key[1:])["le"]), value) for key, value in self.samples.items()
                  if key[0] == name + "_bucket"]
        assert bounds == sorted(bounds) and len(bounds) > 2, f"the buckets of {name} are not in order"
        counts = [count for _, count in bounds]
        assert counts == sorted(counts), f"the buckets of {name} are not cumulative"
        assert bounds[-1][0] == math.inf and counts[-1] == self[name + "_count"], name
        assert self[name + "_sum"] >= 0, name

    def __getitem__(self, key):
        return self.samples[key if isinstance(key, tuple) else (key,)]

    def labels(self, name):
        """The labels of the only sample of that name."""
        (key,) = [key for key in self.samples if key[0] == name]
        return dict(key[1:])
