#!/usr/bin/env python3
"""Writes the manual pages: noted(1), notectl(1), notelab(1), noted.yaml(5) and noted-protocol(7).

  Scripts/make-man-pages.py PROGRAMS OUT     PROGRAMS is the folder of noted, notectl and notelab; writes OUT/man1/...
  Scripts/make-man-pages.py --self-test      checks the conversion

The prose is in man/*.md. Whatever could become outdated is taken from its only source: options and commands from the
programs themselves, the keys of the configuration from share/noted.yaml.example, the protocol from docs/protocol.md.
A program that is missing in PROGRAMS gets no page. $SOURCE_DATE_EPOCH sets the date of the pages.

Understands the Markdown of these files: headings, paragraphs, indented code, lists, tables, `code`, **bold** and links.
A table becomes a list: its first column holds the terms.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Page, section, source, program.
PAGES = [
    ("noted", 1, "man/noted.md", "noted"),
    ("notectl", 1, "man/notectl.md", "notectl"),
    ("notelab", 1, "man/notelab.md", "notelab"),
    ("noted.yaml", 5, "man/noted.yaml.md", "noted"),
    ("noted-protocol", 7, "man/noted-protocol.md", "noted"),
]
# Options that every command has; the pages describe them once.
COMMON = {"help", "version"}


def escape(text):
    """Text as roff shows it unchanged. Hyphens stay hyphens that can be copied and searched."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti")
    return text


def line(text):
    """A line of text that roff does not take for a request."""
    return "\\&" + text if text.startswith((".", "'")) else text


def inline(text):
    """Markdown within a paragraph as roff."""
    pattern = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^* ][^*]*)\*|\[([^]]+)\]\(([^)]+)\)|\\([*_|])")
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts.append(escape(text[end:match.start()]))
        code, bold, italic, label, target, literal = match.groups()
        if code or bold:
            parts.append(f"\\fB{escape(code or bold)}\\fR")
        elif italic:
            parts.append(f"\\fI{escape(italic)}\\fR")
        elif label:
            parts.append(inline(label))
            # A link within the repository leads nowhere from an installed page.
            if "://" in target:
                parts.append(f" ({escape(target)})")
        else:
            parts.append(escape(literal))
        end = match.end()
    parts.append(escape(text[end:]))
    return "".join(parts)


def paragraph(text, request=".PP"):
    return [request, line(inline(" ".join(text.split())))]


def term(name, text):
    """A definition: `name` is roff already, `text` is Markdown."""
    return [".TP", line(name)] + ([line(inline(" ".join(text.split())))] if text.strip() else ["\\&"])


def code(lines):
    indent = min((len(entry) - len(entry.lstrip()) for entry in lines if entry.strip()), default=0)
    body = [line(escape(entry[indent:])) if entry.strip() else "" for entry in lines]
    return [".PP", ".RS 4", ".nf"] + body + [".fi", ".RE"]


def cells(row):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def table(rows):
    heads, out = cells(rows[0]), []
    for row in rows[2:]:
        first, *others = cells(row)
        if len(others) == 1:
            out += term(inline(first), others[0])
        else:
            named = [f"{head}: {cell}" if head else cell for head, cell in zip(heads[1:], others) if cell]
            out += term(inline(first), ". ".join(named))
    return out


def blocks(markdown):
    """The Markdown's blocks as (kind, lines)."""
    kind, held = None, []
    for text in markdown.splitlines() + [""]:
        if kind == "code" and (text.startswith("    ") or not text.strip()):
            new = "code"
        elif not text.strip():
            new = None
        elif text.startswith("#"):
            new = "heading"
        elif text.startswith("<!--"):
            new = "directive"
        elif text.startswith("|"):
            new = "table"
        elif text.startswith("- "):
            new = "item"
        elif text.startswith("    ") and kind is None:
            new = "code"
        else:
            new = kind if kind in ("text", "item") else "text"
        if held and (new != kind or new in ("heading", "directive") or text.startswith("- ")):
            yield kind, held
            held = []
        kind = new
        if kind:
            held.append(text)
    if held:
        yield kind, held


def roff(markdown, directives, top=1):
    """Roff of Markdown whose headings start at level `top`."""
    out = []
    for kind, lines in blocks(markdown):
        if kind == "heading":
            level = len(lines[0]) - len(lines[0].lstrip("#")) - top
            title = inline(lines[0].lstrip("# "))
            out += [f".SH {title.upper()}" if level <= 0 else f".SS {title}"]
        elif kind == "directive":
            out += directives[lines[0].strip("<!-> ")]()
        elif kind == "table":
            out += table(lines)
        elif kind == "code":
            while not lines[-1].strip():
                lines.pop()
            out += code(lines)
        elif kind == "item":
            text = " ".join(lines)[2:]
            out += [".IP \\(bu 2", line(inline(" ".join(text.split())))]
        else:
            out += paragraph(" ".join(lines))
    return out


# Options and commands, from ArgumentParser's description of a program.

def described(program):
    output = subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout
    return json.loads(output)["command"]


def is_shown(argument):
    names = {name["name"] for name in argument.get("names", [])}
    return argument.get("shouldDisplay", True) and not names & COMMON


def spelled(argument):
    """An argument as it is typed, in roff."""
    value = f"\\fI{escape(argument.get('valueName') or 'value')}\\fR"
    if argument["kind"] == "positional":
        return value + (" ..." if argument.get("isRepeating") else "")
    names = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument["names"]]
    text = ", ".join(f"\\fB{escape(name)}\\fR" for name in names)
    return text if argument["kind"] == "flag" else f"{text} {value}"


def explained(argument):
    text = " ".join(filter(None, [argument.get("abstract"), argument.get("discussion")]))
    values = argument.get("allValues") or argument.get("allValueStrings")
    if values and not all(value in text for value in values):
        text += f" Values: {', '.join(values)}."
    if argument.get("defaultValue") and argument["kind"] != "flag":
        text += f" Default: {argument['defaultValue']}."
    # The programs' help is plain text, so an asterisk is an asterisk.
    return text.replace("*", "\\*").replace("_", "\\_")


def options(command):
    out = []
    for argument in command.get("arguments", []):
        if is_shown(argument):
            out += term(spelled(argument), explained(argument))
    return out


def synopsis(command, path):
    words = [f"\\fB{escape(' '.join(path))}\\fR"]
    shown = [argument for argument in command.get("arguments", []) if is_shown(argument)]
    if any(argument["kind"] != "positional" and argument.get("isOptional") for argument in shown):
        words.append("[options]")
    for argument in shown:
        if argument["kind"] == "positional" or not argument.get("isOptional"):
            word = spelled(argument).split(", ")[-1]
            words.append(f"[{word}]" if argument.get("isOptional") else word)
    return " ".join(words)


def discussion(text):
    out, held = [], []
    for entry in text.splitlines() + [""]:
        if entry.startswith("  "):
            if held and not held[0].startswith("  "):
                out += paragraph(plain(" ".join(held)))
                held = []
            held.append(entry)
            continue
        if held and (not entry.strip() or held[0].startswith("  ")):
            out += code(held) if held[0].startswith("  ") else paragraph(plain(" ".join(held)))
            held = []
        if entry.strip():
            held.append(entry)
    return out


def plain(text):
    return text.replace("*", "\\*").replace("_", "\\_")


def commands(command, path):
    """A subsection for each command that does something."""
    out = []
    for child in command.get("subcommands", []):
        name = child["commandName"]
        if name == "help" or not child.get("shouldDisplay", True):
            continue
        own = path + [name]
        if child.get("subcommands"):
            out += commands(child, own)
            continue
        out += [f".SS {escape(' '.join(own[1:]))}", line(synopsis(child, own))]
        out += paragraph(plain(child.get("abstract", "")))
        out += discussion(child.get("discussion", ""))
        out += options(child)
    return out


# The keys of the configuration.

def configuration(example):
    """The entries of share/noted.yaml.example: comments, then '#key: value' lines, nested keys two spaces deeper."""
    out, comments, nested = [], [], False
    for text in example.splitlines()[example.splitlines().index("") + 1:]:
        key = re.match(r"#(  )?([a-z_0-9]+):\s*(.*)$", text)
        if not key:
            comments = comments + [text.lstrip("# ")] if text.strip() else []
            continue
        deeper, name, value = key.groups()
        value, _, comment = value.partition("  #") if "  #" in value else (value, "", "")
        value = value.strip()
        if bool(deeper) != nested:
            out.append(".RS" if deeper else ".RE")
            nested = bool(deeper)
        shown = f"\\fB{escape(name)}:\\fR" + (f" \\fI{escape(value)}\\fR" if value else "")
        out += term(shown, plain(comment.strip() or " ".join(comments)))
        comments = []
    return out + ([".RE"] if nested else [])


def page(name, section, source, program, version, date):
    text = (ROOT / source).read_text()
    directives = {
        "options": lambda: options(described(program)) + term(
            inline("`--help`, `--version`"), "Print the options, or the version, and exit."),
        "commands": lambda: commands(described(program), [program.name]),
        "configuration": lambda: configuration((ROOT / "share/noted.yaml.example").read_text()),
        "protocol": lambda: protocol((ROOT / "docs/protocol.md").read_text()),
    }
    head = f'.TH "{escape(name.upper())}" {section} "{date}" "noted {version}" "noted"'
    # Left-aligned, without hyphenation: names and options stay whole.
    lines = [head, ".nh", ".ad l"] + roff(text, directives)
    # A heading begins a paragraph by itself.
    kept = [now for before, now in zip([""] + lines, lines) if now != ".PP" or not before.startswith(".S")]
    return "\n".join(kept) + "\n"


def protocol(markdown):
    """docs/protocol.md without its title and its last section, which is about the source code."""
    body = markdown.split("\n", 1)[1].split("\n## Implementation")[0]
    return [".SH DESCRIPTION"] + roff(body, {}, top=2)


def self_test():
    assert escape("a\\b --x 'y'") == "a\\eb \\-\\-x \\(aqy\\(aq"
    assert inline("see `notectl(1)`, **now**") == "see \\fBnotectl(1)\\fR, \\fBnow\\fR"
    assert inline("[JSON](https://x.org) [page](a.md)") == "JSON (https://x.org) page"
    assert inline("snake_case and 2*3") == "snake_case and 2*3"
    assert line(".bashrc") == "\\&.bashrc"
    assert table(["| a | b |", "| --- | --- |", "| `x` | y \\| z |"]) == [".TP", "\\fBx\\fR", "y | z"]
    assert table(["| a | b | c |", "| --- | --- | --- |", "| x | y | z |"]) == [".TP", "x", "b: y. c: z"]
    assert roff("# Name\n\ntext\n\n    a\n\n    b\n\n- one\n  more\n- two\n", {}) == [
        ".SH NAME", ".PP", "text", ".PP", ".RS 4", ".nf", "a", "", "b", ".fi", ".RE",
        ".IP \\(bu 2", "one more", ".IP \\(bu 2", "two"]
    example = "# Head\n\n# Which one.\n#key: 1\n\n#group:\n#  inner: 2  # why\n#last: 3\n"
    assert configuration(example) == [
        ".TP", "\\fBkey:\\fR \\fI1\\fR", "Which one.", ".TP", "\\fBgroup:\\fR", "\\&", ".RS",
        ".TP", "\\fBinner:\\fR \\fI2\\fR", "why", ".RE", ".TP", "\\fBlast:\\fR \\fI3\\fR", "\\&"]


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 2 or arguments[0].startswith("-"):
        sys.exit(__doc__.strip())
    programs, out = pathlib.Path(arguments[0]).resolve(), pathlib.Path(arguments[1])
    if not (programs / "noted").exists():
        sys.exit(f"make-man-pages: {programs}/noted does not exist; build it with: swift build -c release")
    version = subprocess.run([programs / "noted", "--version"], check=True, capture_output=True, text=True).stdout
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.timezone.utc)
    date = (datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc) if epoch else now).date()
    for name, section, source, program in PAGES:
        if not (programs / program).exists():
            continue
        folder = out / f"man{section}"
        folder.mkdir(parents=True, exist_ok=True)
        text = page(name, section, source, programs / program, version.strip(), date)
        (folder / f"{name}.{section}").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
