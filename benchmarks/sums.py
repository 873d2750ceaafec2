"""Sums: how long commands take where a rule adds up hundreds of facts that another rule concludes.

    python benchmarks/sums.py [--sizes 100 300] [--runs 3]

A household pays what its members owe: a rule concludes what each member owes from a due and a
membership, all of them certain but one, and another rule adds that up and compares it. Told is the
processor time of whole processes, the median of the runs; what takes 12 s has run out of time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = {
    "advise": ("advise",),
    "what-if, 30 left out": ("what-if", "fewer"),
    "flip": ("flip", "save"),
    "stress": ("stress",),
    "brief": ("brief",),
}
BASE = {
    "rules/base.yaml": "title: Dues\ndate: 2026-11-27\nscenario: all\nclient: home\n",
    "rules/entities.yaml": "Home: {home: {name: the home}}\nPerson:\n",
    "rules/templates.yaml": """\
member: {slots: {of: Home, who: Person}, says: "{who} lives in {of}", asks: "Lives {who} in {of}?"}
due: {slots: {who: Person, amount: Number}, key: who, says: "{who} is due {amount}"}
owes: {slots: {of: Home, who: Person, amount: Number}, says: "{of} owes {amount} for {who}"}
save: {advice: true, slots: {client: Home}, says: "save"}
""",
    "rules/dues.yaml": """\
- id: owes
  title: A home owes what its members are due
  if: [member: {of: $home, who: $who}, due: {who: $who, amount: $amount}]
  then: [owes: {of: $home, who: $who, amount: $amount}]
- id: save
  title: Who owes much saves
  if: [every Home $home]
  let: {$all: {sum: $amount, of: {owes: {of: $home, amount: $amount}}}}
  where: $all >= 100
  then: [save: {client: $home}]
""",
}


def written(folder: Path, size: int) -> None:
    """A base with so many members of a home."""
    names = [f"p{number}" for number in range(size)]
    people = "".join(f"  {name}: {{name: {name}}}\n" for name in names)
    facts = [
        f"  - member(home, {name})\n  - due({name}, {1 + n % 9})\n" for n, name in enumerate(names)
    ]
    facts[0] = facts[0].replace(")\n", ")=likely\n", 1)
    left_out = "".join(f"  - member(home, {name})\n" for name in names[1:31])
    files = {
        **BASE,
        "rules/entities.yaml": BASE["rules/entities.yaml"] + people,
        "facts/all.yaml": "title: All\nfacts:\n" + "".join(facts),
        "facts/fewer.yaml": "extends: all\ntitle: Fewer\ndeny:\n" + left_out,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def seconds(arguments: tuple[str, ...], folder: Path) -> float:
    """The processor time of a command over the base."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "advisor", *arguments, "--base", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode not in {0, 130}:  # 130: out of time, and so partial
        raise SystemExit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a row for each command, a column for each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for size in wanted.sizes:
        with tempfile.TemporaryDirectory() as named:
            written(Path(named), size)
            for name, arguments in COMMANDS.items():
                times = [seconds(arguments, Path(named)) for _ in range(wanted.runs)]
                found[name].append(statistics.median(times))
    print("| facts under the sum |", *(f"{size} |" for size in wanted.sizes))
    for name, times in found.items():
        print(f"| {name} |", *(f"{time:.1f} s |" for time in times))


if __name__ == "__main__":
    main()
