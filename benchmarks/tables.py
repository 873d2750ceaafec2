"""Wide tables: how long commands take over a decision table of hundreds of rows, and a largest.

    python benchmarks/tables.py [--rows 500 1500] [--hits collect first] [--largest 1200] [--runs 3]

Each row has a stretch of its own of one number, and one of seven bounds of another; one row holds.
`largest` is a rule over the largest of so many stated numbers. Told is the processor time of whole
processes, the median of the runs; what is refused for its time has no number. `advise` must give
the advice of the row that holds. Another version is timed with PYTHONPATH.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

REFUSED = 2  # its exit code
COMMANDS = {
    "advise": ("advise",),
    "audit": ("audit",),
    "flip": ("flip", "ADVICE"),
    "brief": ("brief",),
    "first question": ("consult", "--questions", "1"),
}
HEAD = "title: T\ndate: 2026-11-27\nscenario: s\nclient: me\n"
TEMPLATES = """\
size: {slots: {of: Person, n: Number}, key: of, asks: "How large is {of}?", says: "{of} has size {n}"}
bound: {slots: {of: Person, n: Number}, key: of, asks: "How far goes {of}?", says: "{of} goes to {n}"}
has: {slots: {of: Person, item: Item, n: Number}, key: [of, item], says: "{of} has {n} of {item}"}
go: {advice: true, slots: {client: Person, n: Number}, says: "go for {n}"}
much: {advice: true, slots: {client: Person}, says: "spend some"}
"""
TABLE = """\
- table: t
  title: A wide table
  hit: HIT
  if: [size: {of: $p, n: $a}, bound: {of: $p, n: $b}]
  then: [go: {client: $p, n: $n}]
  because: "the row says so"
  rows:
"""
LARGEST = """\
- id: much
  title: Who has much of something may spend
  if: [every Person $p]
  let: {$most: {max: $n, of: {has: {of: $p, n: $n}}}}
  where: $most > 100
  then: [much: {client: $p}]
  because: "the most is {most}"
"""


def written(folder: Path, rules: str, facts: Sequence[str], items: int = 0) -> None:
    """A base with these rules and facts."""
    things = "".join(f"  i{n}: {{name: item {n}}}\n" for n in range(items))
    files = {
        "rules/base.yaml": HEAD,
        "rules/entities.yaml": f"Person:\n  me: {{name: me}}\nItem:\n{things}",
        "rules/templates.yaml": TEMPLATES,
        "rules/some.yaml": rules,
        "facts/s.yaml": "title: S\nfacts:\n" + "".join(f"  - {fact}\n" for fact in facts),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def seconds(arguments: Sequence[str], folder: Path) -> float | None:
    """The processor time of a command over the base; None where it was refused."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "advisor", *arguments, "--base", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode == REFUSED and b"seconds of processor time" in done.stderr:
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def given(folder: Path) -> list[str]:
    """The advice that is given."""
    command = [sys.executable, "-m", "advisor", "advise", "--format", "json", "--base", str(folder)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [piece["instance"] for piece in report["recommendations"]]


def measured(what: str, advice: str, folder: Path, runs: int) -> None:
    """A line: the median of each command over the base."""
    assert given(folder) == [advice], given(folder)
    told = []
    for name, arguments in COMMANDS.items():
        command = [advice if word == "ADVICE" else word for word in arguments]
        times = [seconds(command, folder) for _ in range(runs)]
        known = [time for time in times if time is not None]
        told.append(f"{name} {statistics.median(known):.1f} s" if known else f"{name} refused")
    print(f"{what}: {', '.join(told)}")


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="*", type=int, default=[500, 1500])
    parser.add_argument("--hits", nargs="*", default=["collect", "first"])
    parser.add_argument("--largest", nargs="*", type=int, default=[1200])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    for rows in asked.rows:
        cells = "".join(
            f'    - {{a: "[{n}..{n + 1})", b: ">= {n % 7}", n: {n}}}\n' for n in range(rows)
        )
        for hit in asked.hits:
            with tempfile.TemporaryDirectory() as folder:
                facts = [f"size(me, {rows // 2}.5)", "bound(me, 9)"]
                written(Path(folder), TABLE.replace("HIT", hit) + cells, facts)
                measured(f"{rows} rows, {hit}", f"go(me, {rows // 2})", Path(folder), asked.runs)
    for items in asked.largest:
        with tempfile.TemporaryDirectory() as folder:
            facts = [f"has(me, i{n}, {n}.5)" for n in range(items)]
            written(Path(folder), LARGEST, facts, items)
            measured(f"largest of {items}", "much(me)", Path(folder), asked.runs)


if __name__ == "__main__":
    main()
