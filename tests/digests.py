"""A digest of what each command prints over each base: what must stay while the house is rebuilt.

`python tests/digests.py [FOLDER...]` writes a line per call, for the bases in these folders, or for
all there are. Compare two states of the code with `diff`; lines that differ are calls to look at.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from advisor import advise, cli, load, loader

TESTS = Path(__file__).parent
BASES = [
    loader.shipped_folder(),
    TESTS.parent / "advisor" / "authoring" / "starter" / "base",
    *sorted((TESTS / "bases").iterdir()),
]
CONSULTATION = rb"\d{8}-\d{6}-\w+"
WRITTEN = "written.yaml"  # in the current folder, by a call that writes a file
MOST = 4  # pieces of advice, and scenarios, that are looked at one by one


def formats(command: str) -> list[list[str]]:
    """The arguments that choose each of its formats."""
    for param in cli.commands()[command].params:
        if param.name == "form" or "--format" in param.opts:
            return [["--format", choice] for choice in getattr(param.type, "choices", ())]
    return [[]]


def calls(folder: Path) -> Iterator[list[str]]:
    """The calls that are made over a base."""
    base = loader.load_base(folder)
    advice = [template.id for template in base.templates.values() if template.advice]
    scenarios = [head.name for head in loader.scenario_heads(base)]
    first = scenarios[:MOST]
    wanted: list[list[str]] = [
        *(["advise", name, "--long"] for name in scenarios),
        *([command] for command in ("rules", "templates", "sources", "scenarios")),
        *([command, name] for command in ("facts", "brief", "stress") for name in first),
        ["test", "--coverage"],
        ["test", "--suggest", WRITTEN],
        ["audit"],
        ["diff", str(folder)],
    ]
    for name in first:
        advised = [
            piece.instance for piece in advise(load(name, base=folder)).recommendations[:MOST]
        ]
        wanted += [["explain", piece, name] for piece in advised]
        wanted += [["flip", piece, name] for piece in advised]
        wanted += [["why-not", template, name] for template in advice[:MOST]]
        wanted += [["what-if", name]]
    for words in wanted:
        for choice in formats(words[0]):
            yield [*words, *choice, "--base", str(folder)]
    for answer in ("unknown", "yes", "no"):
        yield ["consult", f"<{answer}", "--base", str(folder)]


def printed(arguments: list[str]) -> bytes:
    """What a call writes to either stream, with its exit code."""
    told = "".join(f"{word[1:]}\n" * 200 for word in arguments if word.startswith("<"))
    words = [word for word in arguments if not word.startswith("<")]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as given:
        given.write(told.encode())
        given.seek(0)
        kept = [os.dup(number) for number in range(3)]
        sys.stdout.flush()
        for number, file in enumerate((given, out, out)):
            os.dup2(file.fileno(), number)
        before, sys.stdin = sys.stdin, open(0, closefd=False)  # noqa: SIM115
        try:
            code = cli.run(words)
            sys.stdout.flush()
        finally:
            sys.stdin = before
            for number, old in enumerate(kept):
                os.dup2(old, number)
                os.close(old)
        out.seek(0)
        found = out.read() + b"%d" % code
    if WRITTEN in arguments and Path(WRITTEN).exists():
        found += Path(WRITTEN).read_bytes()
        Path(WRITTEN).unlink()
    found = found.replace(os.environ["XDG_STATE_HOME"].encode(), b"STATE")
    return re.sub(CONSULTATION, b"ID", found)


def digests(folders: list[Path]) -> Iterator[str]:
    """A line for each call."""
    for folder in folders:
        for arguments in calls(folder):
            digest = hashlib.sha256(printed(arguments)).hexdigest()[:16]
            yield f"{digest} {' '.join(arguments)}"


if __name__ == "__main__":
    chosen = [Path(word).resolve() for word in sys.argv[1:]] or BASES
    os.environ["COLUMNS"] = "80"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_STATE_HOME"] = folder
        lines = list(digests(chosen))
    for line in lines:
        print(line)  # noqa: T201
